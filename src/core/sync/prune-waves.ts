// When prunes happen: the distinct prune waves are mirrored, so that what came last goes first; PruneLast goes after everything.
import type { ComparedResource } from '../../domain/comparison.js';
import type { Task } from '../../domain/operation.js';
import { resourceId } from '../../domain/resource.js';
import { effective, type Options } from './options.js';

type Prune = Extract<Task, { kind: 'prune' }>;

/** Gives each prune its wave (behaviour 2.3, "Prune wave order"). Kept objects need no wave of their own. */
export function placePrunes(
  prunes: readonly Prune[],
  applies: readonly Task[],
  resources: readonly ComparedResource[],
  options: Options,
): Task[] {
  const mirrored = mirror(prunes);
  const waves = [...applies, ...mirrored].map(({ wave }) => wave);
  const lastWave = Math.max(0, ...waves) + 1;
  const liveOf = new Map(resources.map((resource) => [resourceId(resource.key), resource.live]));
  return mirrored.map((task) =>
    effective('PruneLast', { live: liveOf.get(resourceId(task.ref)), app: options }) === 'true' ? { ...task, wave: lastWave } : task,
  );
}

/** Swaps the smallest with the largest distinct wave, the second smallest with the second largest, and so on. */
function mirror(prunes: readonly Prune[]): Prune[] {
  const distinct = [...new Set(prunes.filter(({ skipped }) => skipped === undefined).map(({ wave }) => wave))].sort((a, b) => a - b);
  const swapped = new Map(distinct.map((wave, i) => [wave, distinct[distinct.length - 1 - i] ?? wave]));
  return prunes.map((task) => ({ ...task, wave: swapped.get(task.wave) ?? task.wave }));
}
