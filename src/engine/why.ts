// Why an application is in its state, in sentences: what differs and who wrote it, what is unhealthy, what is waited for, what would happen next.
import { resourceDiff } from '../core/diff/resource-diff.js';
import { shortAge } from '../core/duration.js';
import { isAutomated } from '../domain/application.js';
import type { ResourceDiff } from '../domain/comparison.js';
import type { AppState } from './app-state.js';
import { observed } from './observed.js';
import { windowRefusal } from './windows.js';
import type { World } from './world.js';

const MOST_FIELDS = 12;

export function whyOf(world: World, state: AppState): string[] {
  const { comparison } = state;
  const lines: string[] = [];
  if (state.stale !== undefined)
    lines.push(
      `The verdict is ${comparison ? `${shortAge(world.now() - comparison.comparedAtMs)} old and ` : ''}not to be trusted: ${state.stale}.`,
    );
  for (const { type, message } of [...(comparison?.problems ?? state.specProblems), ...state.notes]) lines.push(`${type}: ${message}`);
  if (state.gone) lines.push('Its definition is missing from the fleet source. It is kept until its deletion is approved.');
  if (state.approval)
    lines.push(
      `A plan waits for an approval: ${state.approval.reason}. \`argosy approve ${state.approval.hash.slice(0, 12)}\` carries it out.`,
    );
  if (state.pin)
    lines.push(
      `It is pinned to what operation #${state.pin.operation} applied, by ${state.pin.actor}; the pin ends when Git renders something else than ${state.pin.skipsRevisions.map((each) => each.slice(0, 7)).join(', ')}.`,
    );
  if (state.operation)
    lines.push(
      `Operation #${state.operation.running.id} by ${state.operation.actor} is running${state.operation.waitsFor ? `: ${state.operation.waitsFor}` : ''}.`,
    );
  if (state.retry) lines.push(`Attempt ${state.retry.count} follows in ${shortAge(state.retry.atMs - world.now())}.`);
  for (const { key, health } of comparison?.resources ?? []) {
    if (health && health.status !== 'Healthy')
      lines.push(`${key.kind} ${key.name} is ${health.status}${health.message ? `: ${health.message}` : ''}.`);
  }
  const different = (comparison?.resources ?? [])
    .filter(({ change, hook }) => change !== 'none' && !hook)
    .map((resource) => resourceDiff(resource, world.settings));
  lines.push(...different.flatMap((diff) => differenceLines(world, diff)).slice(0, MOST_FIELDS));
  if (comparison?.sync === 'OutOfSync') lines.push(nextLine(world, state));
  return lines.length > 0
    ? lines
    : [
        `${state.app.metadata.name} is ${comparison?.sync ?? 'Unknown'} and ${comparison?.health ?? 'Unknown'}; there is nothing to explain.`,
      ];
}

function differenceLines(world: World, diff: ResourceDiff): string[] {
  const name = `${diff.key.kind} ${diff.key.name}`;
  if (diff.change === 'create') return [`${name} is in Git and not in the cluster.`];
  if (diff.change === 'prune') return [`${name} is in the cluster and not in Git any more.`];
  return diff.fields.map(({ path, live, target, by }) => {
    const who = by ? ` (${by.manager}${by.at ? `, ${shortAge(world.now() - Date.parse(by.at))} ago` : ''})` : '';
    return `${name}: ${path} is ${shown(live)}${who}; Git says ${shown(target)}.`;
  });
}

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function nextLine(world: World, state: AppState): string {
  const observe = observed(world, state);
  if (observe !== undefined) return `Nothing is written: ${observe}.`;
  if (!isAutomated(state.app.spec)) return 'Automated sync is off: somebody has to sync it.';
  const window = windowRefusal(world, state, false);
  if (window !== undefined) return `${window}.`;
  if (state.healAtMs !== undefined) return `Self-heal is on and acts in ${shortAge(state.healAtMs - world.now())}.`;
  return state.app.spec.syncPolicy?.automated?.selfHeal ? 'Self-heal is on.' : 'Self-heal is off: it stays until the next commit or sync.';
}
