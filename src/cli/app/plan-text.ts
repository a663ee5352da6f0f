// A plan as people read it before they agree: what would be written, in which order, and everything that would be deleted.
import { inertLine } from '../../core/inert.js';
import type { Plan, Task } from '../../domain/operation.js';
import { table } from '../output/table.js';

/** The tasks as a table, deletions with what falls with them, what is wrong, and the hash. */
export function planText(plan: Plan): string {
  const tasks = plan.tasks.filter((task) => doing(task) !== 'none');
  const unchanged = plan.tasks.length - tasks.length;
  const head = tasks.length === 0 ? 'Nothing to change.\n' : taskTable(tasks);
  return [
    head,
    unchanged > 0 ? `${unchanged} unchanged\n` : '',
    plan.deletes.length > 0 ? `\nWould be deleted:\n${plan.deletes.map(deleteLines).join('')}` : '',
    plan.invalid.length > 0
      ? `\nCannot be done:\n${plan.invalid.map(({ ref, message }) => `  ${line(ref)}: ${inertLine(message)}\n`).join('')}`
      : '',
    `\nPlan ${plan.hash}\n`,
  ].join('');
}

/** Why the plan waits, and the command that lets it go on. */
export function approvalText(name: string, hash: string, reason: string): string {
  return `${name} waits for an approval: ${inertLine(reason)}\n  argosy approve ${hash}\n`;
}

function taskTable(tasks: readonly Task[]): string {
  return table(
    [
      { header: 'PHASE', cell: (task) => task.phase },
      { header: 'WAVE', cell: (task) => String(task.wave) },
      { header: 'DO', cell: doing },
      { header: 'GROUP', cell: ({ ref }) => ref.group },
      { header: 'KIND', cell: ({ ref }) => ref.kind },
      { header: 'NAMESPACE', cell: ({ ref }) => ref.namespace },
      { header: 'NAME', cell: ({ ref }) => ref.name },
      { header: 'NOTE', cell: (task) => (task.kind === 'prune' ? (task.skipped ?? '') : '') },
    ],
    tasks,
  );
}

function doing(task: Task): string {
  if (task.kind === 'apply') return task.change;
  if (task.kind === 'namespace' || task.kind === 'hook') return task.kind;
  return task.skipped === undefined ? 'delete' : 'keep';
}

function deleteLines({ ref, cascade }: Plan['deletes'][number]): string {
  return `  ${line(ref)}\n${cascade.map((key) => `    with it ${line(key)}\n`).join('')}`;
}

function line(key: { group: string; kind: string; namespace: string; name: string }): string {
  return inertLine([key.group, key.kind, key.namespace, key.name].filter((part) => part !== '').join('/'));
}
