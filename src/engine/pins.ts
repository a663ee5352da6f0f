// A pinned rollback: the recorded manifests are the target until what Git renders differs from what was skipped.
// Secrets are not in the record: they come from Git at that revision, or the live ones stay.
import { contentHash } from '../core/hash.js';
import type { OperationId } from '../domain/operation.js';
import { IoError, UserError } from '../domain/problem.js';
import { type Manifest, refOf, resourceId } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import type { Destination } from './destination.js';
import { loadTarget } from './target.js';
import type { World } from './world.js';

/** The pin's target while the pin holds; undefined where there is none, or where Git has moved on (the pin is then taken off). */
export async function pinnedTarget(world: World, state: AppState, wanted: Target): Promise<Target | undefined> {
  const { pin } = state;
  if (!pin || !state.destination) return undefined;
  if (wanted.hash !== pin.skipsTargetHash) {
    unpin(world, state);
    world.store.notice(
      'info',
      `${state.app.metadata.name}: Git renders something else than what was skipped; the pin to operation #${pin.operation} is taken off`,
      { app: state.key },
    );
    return undefined;
  }
  state.pinned ??= await recordedTarget(world, state, state.destination, pin.operation);
  return state.pinned;
}

export function unpin(world: World, state: AppState): void {
  world.options.history.unpin(state.key);
  delete state.pin;
  delete state.pinned;
  delete state.fingerprint;
}

/** What an operation applied, as a target. Throws UserError where the record holds nothing. */
export async function recordedTarget(world: World, state: AppState, destination: Destination, operation: OperationId): Promise<Target> {
  const { history } = world.options;
  const detail = history.detail(operation);
  const manifests = history.manifests(operation);
  if (!detail || manifests.length === 0)
    throw new UserError(`cannot roll back ${state.app.metadata.name}: operation #${operation} has no recorded manifests`);
  const secrets = manifests.some(isSecret) ? await secretsAt(world, state, destination, detail) : new Map<string, Manifest>();
  const problems: string[] = [];
  const complete = manifests.flatMap((manifest) => {
    if (!isSecret(manifest)) return [manifest];
    const id = resourceId(refOf(manifest));
    const found = secrets.get(id);
    if (found) return [found];
    problems.push(`Secret ${manifest.metadata.name} is not in the record and Git has lost its revision: the live one stays`);
    const live = world.placeOf(state, refOf(manifest))?.index.get(id);
    return live ? [asTarget(live)] : [];
  });
  return {
    sources: detail.sources,
    revisions: detail.revisions,
    resolved: [],
    manifests: complete,
    problems: problems.map((message) => ({ type: 'RepeatedResourceWarning', message })),
    sourceTypes: state.target?.sourceTypes ?? [],
    hash: contentHash(complete),
    madeFrom: `operation ${operation}`,
  };
}

function isSecret(manifest: Manifest): boolean {
  return manifest.kind === 'Secret' && manifest.apiVersion === 'v1';
}

async function secretsAt(
  world: World,
  state: AppState,
  destination: Destination,
  detail: { readonly revisions: readonly string[]; readonly sources: Target['sources'] },
): Promise<Map<string, Manifest>> {
  try {
    const target = await loadTarget(world, state, destination, { fresh: false, revisions: detail.revisions, sources: detail.sources });
    return new Map(target.manifests.filter(isSecret).map((manifest) => [resourceId(refOf(manifest)), manifest]));
  } catch (error) {
    if (error instanceof IoError) return new Map(); // Git has lost the revision: the caller says what happens then
    throw error;
  }
}

/** A live Secret as something that can be applied again without changing it. */
function asTarget(live: Manifest): Manifest {
  const { name, namespace, labels, annotations } = live.metadata;
  return {
    ...live,
    metadata: { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
  };
}
