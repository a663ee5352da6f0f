// Actions on live objects of an application. A script says what is offered, another one what becomes of the object; what it changes is
// written as a patch of this very version of the object, under the same guards as a sync, and recorded before it is written.
import { withEmptyMaps } from '../core/actions/empty-maps.js';
import { threeWayJsonMerge } from '../core/merge/json-merge.js';
import { isEmptyRecord, isRecord } from '../core/merge/record.js';
import { permitsResource } from '../core/project/permissions.js';
import { type ActionScripts, actionsOf, builtInActions } from '../core/settings/actions.js';
import { FIELD_MANAGER } from '../core/sync/how.js';
import type { ActionFilter, OfferedAction } from '../domain/actions.js';
import type { Intent } from '../domain/events.js';
import { IoError, UserError } from '../domain/problem.js';
import { type Manifest, type ResourceRef, refOf } from '../domain/resource.js';
import { type LuaImpact, luaAction, luaActions } from '../domain/scripts.js';
import { CoreFailure } from '../domain/wasm.js';
import type { AppState } from './app-state.js';
import type { ClusterLive } from './live.js';
import { observed } from './observed.js';
import { placed } from './perform.js';
import { treeOf } from './tree.js';
import type { World } from './world.js';

const ATTEMPTS = 2;
const MOST_OBJECTS = 500;

/** What can be done with the objects of an application's tree, by kind and name. Throws UserError for a script that fails. */
export async function offeredActions(world: World, state: AppState, filter: ActionFilter): Promise<readonly OfferedAction[]> {
  const offered: OfferedAction[] = [];
  for (const { object } of objectsOf(world, state, filter)) {
    const scripts = scriptsFor(world, object);
    if (scripts) offered.push(...(await offersOf(world, scripts, object)));
  }
  return offered.sort((a, b) => compare(sortKey(a), sortKey(b)));
}

async function offersOf(world: World, { discoveries, useOpenLibs }: ActionScripts, object: Manifest): Promise<OfferedAction[]> {
  const ref = refOf(object);
  const doing = `list the actions of ${ref.kind} ${ref.name}`;
  const offers = await said(doing, luaActions(world.options.core, { scripts: discoveries, obj: object, useOpenLibs }));
  return Object.values(offers).map(({ name, disabled, params }) => ({ ref, action: name, disabled, ...(params ? { params } : {}) }));
}

/** Runs an action on each of the objects, one after the other. Throws UserError where it is refused or fails. */
export async function runAction(world: World, state: AppState, intent: Extract<Intent, { kind: 'action' }>): Promise<void> {
  const refusal = observed(world, state);
  if (refusal !== undefined) throw new UserError(`cannot run ${intent.action} on ${state.app.metadata.name}: ${refusal}`);
  const matching = objectsOf(world, state, intent.filter);
  if (matching.length === 0) throw new UserError('No matching resource found');
  if (matching.length > 1 && !intent.all)
    throw new UserError(
      `Multiple resources match inputs. Use the --all flag to patch multiple resources: ${matching.map(({ object }) => `${object.kind} ${object.metadata.name}`).join(', ')}`,
    );
  // All of them are looked at before the first one is written.
  for (const { object } of matching) await offeredNow(world, object, intent.action);
  for (const { object, live } of matching) await runOn(world, state, { intent, live, ref: refOf(object) });
}

async function offeredNow(world: World, object: Manifest, action: string): Promise<ActionScripts> {
  const about = `${object.kind} ${object.metadata.name}`;
  const scripts = scriptsFor(world, object);
  const offers = scripts ? await offersOf(world, scripts, object) : [];
  const offer = offers.find((each) => each.action === action);
  if (!scripts || !offer)
    throw new UserError(`${about} offers no action ${action}; there are ${offers.map((each) => each.action).join(', ') || 'none'}`);
  if (offer.disabled) throw new UserError(`the action ${action} of ${about} is disabled now`);
  return scripts;
}

interface Running {
  readonly intent: Extract<Intent, { kind: 'action' }>;
  readonly live: ClusterLive;
  readonly ref: ResourceRef;
}

async function runOn(world: World, state: AppState, { intent, live, ref }: Running): Promise<void> {
  const { history } = world.options;
  const { action, parameters, actor } = intent;
  const id = history.beginAction({
    ...{ app: state.key, cluster: live.cluster.info.key, ref, action, parameters, actor },
    startedAtMs: world.now(),
  });
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await once(world, state, { intent, live, ref });
        break;
      } catch (error) {
        // Somebody else wrote in between: the script looks at what is there now.
        if (!(error instanceof IoError) || error.status !== 409 || attempt === ATTEMPTS) throw error;
      }
    }
    history.endAction(id, 'done', '', world.now());
  } catch (error) {
    history.endAction(id, 'failed', (error as Error).message, world.now());
    if (error instanceof IoError) throw new UserError(`the action ${action} on ${ref.kind} ${ref.name} failed: ${error.message}`);
    throw error;
  }
}

async function once(world: World, state: AppState, { intent, live, ref }: Running): Promise<void> {
  const { action, parameters } = intent;
  const object = await live.cluster.get(ref, world.signal);
  if (!object) throw new UserError(`${ref.kind} ${ref.name} is not there any more`);
  const { definitions, useOpenLibs } = await offeredNow(world, object, action);
  const script = definitions.get(action);
  if (script === undefined)
    throw new UserError(`the action ${action} of ${ref.kind} ${ref.name} is offered, and nothing says what it does`);
  const doing = `run the action ${action} on ${ref.kind} ${ref.name}`;
  const impacts = await said(doing, luaAction(world.options.core, { script, obj: object, parameters, useOpenLibs }));
  for (const impact of impacts) permit(world, state, impact.object as unknown as Manifest);
  for (const impact of impacts) await carryOut(world, state, { live, object, impact });
}

/** A script may name what it likes; only what the project permits here is written. */
function permit(world: World, state: AppState, object: Manifest): void {
  const project = world.project(state);
  const destination = state.destination;
  if (!project || !destination) return;
  const { key, server } = destination.cluster;
  const ref = refOf(object);
  if (!permitsResource(project, ref, { name: key, server, namespace: ref.namespace }))
    throw new UserError(`resource ${ref.group}:${ref.kind} is not permitted in project ${project.metadata.name}`);
}

interface Impact {
  readonly live: ClusterLive;
  readonly object: Manifest;
  readonly impact: LuaImpact;
}

async function carryOut(world: World, state: AppState, { live, object, impact }: Impact): Promise<void> {
  const wanted = withEmptyMaps(live.types, impact.object as unknown as Manifest);
  const ref = refOf(wanted);
  placed(world, state, ref);
  const { cluster } = live;
  const write = <T>(task: () => Promise<T>) => world.modes.limited(cluster.info.key, task);
  if (impact.operation === 'create') {
    live.learn(await write(() => cluster.apply(wanted, { mode: 'create', fieldManager: FIELD_MANAGER }, world.signal)));
    return;
  }
  const { spec, status } = patchOf(object, wanted);
  let version = object.metadata.resourceVersion;
  for (const [body, subresource] of [
    [spec, undefined],
    [status, 'status'],
  ] as const) {
    if (isEmptyRecord(body)) continue;
    const guarded = { ...body, metadata: { ...(isRecord(body['metadata']) ? body['metadata'] : {}), resourceVersion: version } };
    const patch = { type: 'merge', body: guarded, fieldManager: FIELD_MANAGER } as const;
    const after = await write(() => patched(live, ref, { ...patch, ...(subresource ? { subresource } : {}) }, world.signal));
    version = after.metadata.resourceVersion;
    live.learn(after);
  }
}

/** Kinds without a status of its own take it with the rest. */
async function patched(
  { cluster }: ClusterLive,
  ref: ResourceRef,
  patch: Parameters<ClusterLive['cluster']['patch']>[1],
  signal: AbortSignal,
): Promise<Manifest> {
  try {
    return await cluster.patch(ref, patch, signal);
  } catch (error) {
    if (!patch.subresource || !(error instanceof IoError) || error.status !== 404) throw error;
    const { subresource: _, ...whole } = patch;
    return cluster.patch(ref, whole, signal);
  }
}

/** What the script changed, apart from bookkeeping; the status by itself. */
function patchOf(before: Manifest, after: Manifest): Record<'spec' | 'status', Record<string, unknown>> {
  const plain = ({ metadata: { managedFields: _, resourceVersion: __, ...metadata }, ...rest }: Manifest) => ({ ...rest, metadata });
  const patch = threeWayJsonMerge({ original: plain(before), modified: plain(after), current: plain(before) });
  const { status, ...spec } = isRecord(patch) ? patch : {};
  return { spec, status: status === undefined ? {} : { status } };
}

interface Found {
  readonly object: Manifest;
  readonly live: ClusterLive;
}

/** Live objects of the tree that are meant. */
function objectsOf(world: World, state: AppState, { group, kind, namespace, name }: ActionFilter): Found[] {
  const found: Found[] = [];
  for (const node of treeOf(world, state)) {
    const meant =
      (group === undefined || node.group === group) &&
      (kind === undefined || node.kind === kind) &&
      (namespace === undefined || node.namespace === namespace) &&
      (name === undefined || node.name === name);
    if (!meant) continue;
    const live = world.lives.get(node.id.slice(0, node.id.indexOf(' ')));
    const object = live?.index.get(node.id.slice(node.id.indexOf(' ') + 1));
    if (live && object) found.push({ object, live });
    if (found.length > MOST_OBJECTS)
      throw new UserError(`more than ${MOST_OBJECTS} objects match; narrow it by --kind and --resource-name`);
  }
  return found;
}

/** What argocd-cm says of a kind, else what is built in. */
function scriptsFor(world: World, object: Manifest): ActionScripts | undefined {
  return actionsOf(world.settings.customizations, object) ?? builtInActions(object);
}

async function said<T>(doing: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CoreFailure) throw new UserError(`cannot ${doing}: ${error.message}`);
    throw error;
  }
}

function sortKey({ ref, action }: OfferedAction): string {
  return [ref.group, ref.kind, ref.namespace, ref.name, action].join('\0');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
