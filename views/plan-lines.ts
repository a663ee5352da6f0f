// A plan in lines for people: by wave, what is created, changed and deleted, what falls with it, and what stands in the way.
import type { Plan, PlannedDelete, Task } from '../src/domain/operation.js';
import { BOLD, style } from './theme.js';
import type { Run } from './widgets/panel.js';
import { waveText } from './words.js';

export interface PlanNumbers {
  readonly creates: number;
  readonly updates: number;
  readonly unchanged: number;
  readonly deletes: number;
  readonly kept: number;
  readonly hooks: number;
  readonly waves: number;
}

export function planNumbers(plan: Plan): PlanNumbers {
  const count = (test: (task: Task) => boolean) => plan.tasks.filter(test).length;
  return {
    creates: count((task) => task.kind === 'namespace' || (task.kind === 'apply' && task.change === 'create')),
    updates: count((task) => task.kind === 'apply' && task.change === 'update'),
    unchanged: count((task) => task.kind === 'apply' && task.change === 'none'),
    deletes: plan.deletes.length,
    kept: count((task) => task.kind === 'prune' && task.skipped !== undefined),
    hooks: count((task) => task.kind === 'hook' && task.phase !== 'SyncFail'),
    waves: new Set(plan.tasks.map(({ phase, wave }) => `${phase} ${wave}`)).size,
  };
}

/** 'creates 2, changes 3, deletes 1, in 2 waves' */
export function planSentence(plan: Plan): string {
  const { creates, updates, unchanged, deletes, hooks, waves } = planNumbers(plan);
  const parts = [
    creates && `creates ${creates}`,
    updates && `changes ${updates}`,
    deletes && `deletes ${deletes}`,
    hooks && `runs ${hooks} ${hooks === 1 ? 'hook' : 'hooks'}`,
  ].filter(Boolean);
  if (parts.length === 0) return unchanged > 0 ? `changes nothing; writes ${unchanged} objects again` : 'nothing to do';
  return `${parts.join(', ')}${waves > 1 ? `, in ${waves} waves` : ''}${unchanged > 0 ? `; ${unchanged} as they are` : ''}`;
}

export function planLines(plan: Plan): readonly (readonly Run[])[] {
  const lines: Run[][] = [];
  for (const { ref, message } of plan.invalid)
    lines.push([
      ['✗ ', style('bad', 'panel', BOLD)],
      [`${ref.kind} ${ref.name}: `, style('bad')],
      [message, style('text')],
    ]);
  const deletes = new Map(plan.deletes.map((each) => [each.uid, each]));
  let heading = '';
  for (const task of plan.tasks) {
    if (task.kind === 'apply' && task.change === 'none') continue;
    const next = `${task.phase === 'Sync' ? '' : `${task.phase} `}${waveText(task.wave)}`;
    if (next !== heading) lines.push([[next, style('dim', 'panel', BOLD)]]);
    heading = next;
    lines.push(taskLine(task));
    if (task.kind === 'prune' && task.skipped === undefined) lines.push(...cascadeLines(deletes.get(task.uid)));
  }
  const pruned = new Set(plan.tasks.flatMap((task) => (task.kind === 'prune' ? [task.uid] : [])));
  for (const each of plan.deletes) {
    if (pruned.has(each.uid)) continue;
    lines.push(
      [
        ['  - ', style('del', 'panel', BOLD)],
        [`${each.ref.kind} `, style('kind')],
        [`${place(each)}`, style('del')],
      ],
      ...cascadeLines(each),
    );
  }
  return lines;
}

function place({ ref }: Pick<PlannedDelete, 'ref'>): string {
  return `${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`;
}

function taskLine(task: Task): Run[] {
  const name: Run[] = [
    [`${task.ref.kind} `, style('kind')],
    [place(task), style('text')],
  ];
  if (task.kind === 'namespace') return [['  + ', style('add', 'panel', BOLD)], ...name, ['  is created for it', style('dim')]];
  if (task.kind === 'hook')
    return [
      ['  » ', style('accent', 'panel', BOLD)],
      ...name,
      [`  ${task.phase} hook${task.replaces ? ', instead of the last one' : ''}`, style('dim')],
    ];
  if (task.kind === 'apply')
    return [
      task.change === 'create' ? ['  + ', style('add', 'panel', BOLD)] : ['  ~ ', style('warn', 'panel', BOLD)],
      ...name,
      [how(task), style('dim')],
    ];
  if (task.skipped !== undefined) return [['  · ', style('dim')], ...name, [`  stays: ${task.skipped}`, style('dim')]];
  return [['  - ', style('del', 'panel', BOLD)], ...name, [task.propagation === 'background' ? '' : `  ${task.propagation}`, style('dim')]];
}

function how({ how: { mode, ...options } }: Extract<Task, { kind: 'apply' }>): string {
  if (mode === 'replace') return '  is replaced';
  return 'force' in options && options.force && mode !== 'server-side' ? '  by force' : '';
}

const MOST_CASCADED = 6;

function cascadeLines(each: PlannedDelete | undefined): Run[][] {
  if (!each || each.cascade.length === 0) return [];
  const shown = each.cascade.slice(0, MOST_CASCADED).map((key): Run[] => [[`      ╰─ ${key.kind} ${key.name}`, style('dim')]]);
  const rest = each.cascade.length - shown.length;
  return rest > 0 ? [...shown, [[`      ╰─ and ${rest} more`, style('dim')]]] : shown;
}
