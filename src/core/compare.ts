// Target against live: the one verdict from which status, screen, plan and exit code are derived (behaviour 2.4).
import { type Application, appKey, type Source, type SyncStatusCode } from '../domain/application.js';
import type { ComparedResource, Comparison } from '../domain/comparison.js';
import { isError, type Problem } from '../domain/problem.js';
import { type Manifest, type ResourceId, type ResourceRef, refOf, resourceId } from '../domain/resource.js';
import type { TypeTable } from '../domain/schema.js';
import { differenceOf } from './compare/pair.js';
import { type IgnoreRules, ignoreRulesOf } from './diff/ignore-rules.js';
import { aggregateHealth } from './health/aggregate.js';
import { healthOf } from './health/health.js';
import { hookOf } from './manifest/hooks.js';
import { waveOf } from './manifest/order.js';
import { instanceName, ownerOf } from './manifest/tracking.js';
import type { ComparisonSettings } from './settings.js';
import { effective, optionsOf } from './sync/options.js';

export interface CompareInput {
  readonly app: Application;
  readonly revisions: readonly string[];
  readonly sources: readonly Source[];
  /** Prepared: with namespaces and marks. */
  readonly targets: readonly Manifest[];
  /** Objects that are marked for the app, and objects that a target names; by id. */
  readonly live: ReadonlyMap<ResourceId, Manifest>;
  typesFor(ref: ResourceRef): TypeTable | undefined;
  readonly settings: ComparisonSettings;
  /** What went wrong before: an error makes every verdict Unknown. */
  readonly problems: readonly Problem[];
  readonly targetHash: string;
  readonly nowMs: number;
  /** Whether the project allows the kind here. */
  permitted(ref: ResourceRef): boolean;
  /** How objects are written where no option says otherwise; true by default. */
  readonly serverSideApply?: boolean;
  /** Applications in other namespaces carry theirs in their marks; without it both forms count as this application's. */
  readonly controlNamespace?: string;
}

const COMPARE_OPTIONS = 'argocd.argoproj.io/compare-options';

interface Run extends CompareInput {
  readonly rules: IgnoreRules;
  readonly failed: boolean;
  readonly serverSide: (target: Manifest, live: Manifest) => boolean;
}

export function compare(input: CompareInput): Comparison {
  const run = prepare(input);
  const targets = input.targets.map((target) => ({ target, ref: refOf(target) }));
  const ids = new Set(targets.map(({ ref }) => resourceId(ref)));
  const uids = new Set(targets.flatMap(({ ref }) => input.live.get(resourceId(ref))?.metadata.uid ?? []));
  const extras = [...input.live].filter(([id, live]) => !ids.has(id) && isExtra(run, live, uids));
  const resources = [
    ...targets.map(({ target, ref }) => withTarget(run, target, ref)),
    ...extras.map(([, live]) => withoutTarget(run, live)),
  ].sort((a, b) => compareText(resourceId(a.key), resourceId(b.key)));
  const key = appKey(input.app.metadata);
  const health = aggregateHealth(resources, key);
  return {
    app: key,
    revisions: input.revisions,
    sources: input.sources,
    sync: run.failed ? 'Unknown' : syncOf(resources),
    health: health.status,
    ...(health.message === undefined ? {} : { healthMessage: health.message }),
    resources,
    problems: [...input.problems, ...run.rules.problems, ...sharedWarnings(run, targets)],
    comparedAtMs: input.nowMs,
    targetHash: input.targetHash,
  };
}

function prepare(input: CompareInput): Run {
  const options = optionsOf(input.app.spec.syncPolicy?.syncOptions);
  const fallback = input.serverSideApply === false ? 'false' : 'true';
  return {
    ...input,
    rules: ignoreRulesOf(input.app.spec, input.settings),
    failed: input.problems.some(({ type }) => isError(type)),
    serverSide: (target, live) => (effective('ServerSideApply', { target, live, app: options }) ?? fallback) !== 'false',
  };
}

function withTarget(run: Run, target: Manifest, ref: ResourceRef): ComparedResource {
  const permitted = run.permitted(ref);
  const live = permitted ? run.live.get(resourceId(ref)) : undefined;
  const role = hookOf(target);
  const { version, ...key } = ref;
  const base = { key, version, target, ...(live ? { live } : {}), wave: waveOf(target) };
  const health = live ? healthOf(live) : undefined;
  if (role.kind !== 'none')
    return { ...base, change: 'none', ...(role.kind === 'hook' ? { hook: true } : {}), ...(health ? { health } : {}) };
  const withHealth = live ? (health ? { ...base, health } : base) : { ...base, health: { status: 'Missing' as const } };
  if (run.failed) return { ...withHealth, change: 'none', sync: 'Unknown' };
  if (!live) return { ...withHealth, change: 'create', sync: permitted ? 'OutOfSync' : 'Unknown' };
  const normalized = differenceOf(ref, target, live, {
    settings: run.settings,
    rules: run.rules,
    serverSide: run.serverSide(target, live),
    table: run.typesFor(ref),
  });
  return normalized
    ? { ...withHealth, change: 'update', sync: 'OutOfSync', normalized }
    : { ...withHealth, change: 'none', sync: 'Synced' };
}

/** Where something went wrong, targets may be missing that Git has: then nothing is to be pruned. */
function withoutTarget(run: Run, live: Manifest): ComparedResource {
  const { version, ...key } = refOf(live);
  const health = healthOf(live);
  const base = { key, version, live, wave: waveOf(live), ...(health ? { health } : {}) };
  if (hookOf(live).kind !== 'none') return { ...base, change: 'none', hook: true };
  if (run.failed) return { ...base, change: 'none', sync: 'Unknown' };
  const ignored = optionWords(live).includes('IgnoreExtraneous');
  return { ...base, change: 'prune', sync: 'OutOfSync', requiresPruning: true, ...(ignored ? { ignored } : {}) };
}

/** Marked for this application, by a mark that names the object itself, and nobody's child. */
function isExtra(run: Run, live: Manifest, uids: ReadonlySet<string>): boolean {
  const owner = ownerOf(live, run.settings);
  if (!owner?.self || !isThisApp(run, owner.app)) return false;
  if ((live.metadata.ownerReferences?.length ?? 0) > 0) return false;
  if (live.metadata.uid !== undefined && uids.has(live.metadata.uid)) return false;
  return run.permitted(refOf(live));
}

function isThisApp({ app, controlNamespace }: Run, instance: string): boolean {
  if (controlNamespace !== undefined) return instance === instanceName(app.metadata, controlNamespace);
  return instance === app.metadata.name || instance === `${app.metadata.namespace ?? ''}_${app.metadata.name}`;
}

function sharedWarnings(run: Run, targets: readonly { readonly ref: ResourceRef }[]): Problem[] {
  const key = appKey(run.app.metadata);
  return targets.flatMap(({ ref }): Problem[] => {
    const live = run.live.get(resourceId(ref));
    const owner = live && ownerOf(live, run.settings);
    if (!owner?.self || isThisApp(run, owner.app)) return [];
    const message = `${ref.kind}/${ref.name} is part of applications ${key} and ${owner.app}`;
    return [{ type: 'SharedResourceWarning', message, place: { object: resourceId(ref) } }];
  });
}

function syncOf(resources: readonly ComparedResource[]): SyncStatusCode {
  return resources.some((each) => each.change !== 'none' && !each.ignored && !each.hook) ? 'OutOfSync' : 'Synced';
}

function optionWords(object: Manifest): readonly string[] {
  return (object.metadata.annotations?.[COMPARE_OPTIONS] ?? '').split(',').map((word) => word.trim());
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
