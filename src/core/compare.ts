// Target against live: the one verdict from which status, screen, plan and exit code are derived (behaviour 2.4).

import type { Health } from '../domain/application.js';
import { type AppKey, type Application, appKey, type Source, type SyncStatusCode } from '../domain/application.js';
import type { ComparedResource, Comparison } from '../domain/comparison.js';
import { isError, type Problem } from '../domain/problem.js';
import { type Manifest, type ResourceId, type ResourceRef, refOf, resourceId } from '../domain/resource.js';
import type { TypeTable } from '../domain/schema.js';
import { COMPARE_OPTIONS, compareOptions } from './compare/compare-options.js';
import { differenceOf, respectedTarget } from './compare/pair.js';
import { type DryRuns, serverDiffOf } from './compare/server-diff.js';
import { type IgnoreRules, ignoreRulesOf } from './diff/ignore-rules.js';
import type { JqAnswers } from './diff/jq-needs.js';
import { aggregateHealth } from './health/aggregate.js';
import { healthOf } from './health/health.js';
import { hookOf } from './manifest/hooks.js';
import { waveOf } from './manifest/order.js';
import { instanceName, ownerOf } from './manifest/tracking.js';
import { sameJson } from './merge/record.js';
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
  /** Of live objects; without it what is built in. */
  healthOf?(object: Manifest): Health | undefined;
  /** Removals of jq programs that are more than paths. */
  readonly jq?: JqAnswers;
  /** Dry runs of the server, for those applications and objects that ask for them. */
  readonly dryRuns?: DryRuns;
}

/** What a verdict depends on besides the two objects. */
interface Basis {
  readonly key: AppKey;
  readonly settings: ComparisonSettings;
  readonly rules: IgnoreRules;
  readonly failed: boolean;
  readonly syncOptions: readonly string[] | undefined;
  readonly serverSideApply: boolean | undefined;
  readonly controlNamespace: string | undefined;
  /** The application's own, and whether the server is asked in any case. */
  readonly compareOptions: string;
}

interface Run extends CompareInput {
  readonly rules: IgnoreRules;
  readonly failed: boolean;
  readonly basis: Basis;
  readonly serverSide: (target: Manifest, live: Manifest) => boolean;
  readonly judge: (object: Manifest) => Health | undefined;
  readonly respects: boolean;
}

export function compare(input: CompareInput): Comparison {
  const run = prepare(input);
  const entries = input.targets.map((target) => entryOf(run, target));
  const ids = new Set(entries.map(({ id }) => id));
  const uids = new Set(entries.flatMap(({ resource }) => resource.live?.metadata.uid ?? []));
  for (const [id, live] of input.live) {
    if (!ids.has(id) && isExtra(run, live, uids)) entries.push({ id, resource: withoutTarget(run, live) });
  }
  entries.sort((a, b) => compareText(a.id, b.id));
  const resources = entries.map(({ resource }) => resource);
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
    problems: [...input.problems, ...run.rules.problems, ...entries.flatMap(({ warning }) => warning ?? [])],
    comparedAtMs: input.nowMs,
    targetHash: input.targetHash,
  };
}

function prepare(input: CompareInput): Run {
  const options = optionsOf(input.app.spec.syncPolicy?.syncOptions);
  const fallback = input.serverSideApply === false ? 'false' : 'true';
  const { app, settings, serverSideApply, controlNamespace } = input;
  const rules = ignoreRulesOf(app.spec, settings);
  const failed = input.problems.some(({ type }) => isError(type));
  const syncOptions = app.spec.syncPolicy?.syncOptions;
  return {
    ...input,
    judge: input.healthOf ?? healthOf,
    respects: options.get('RespectIgnoreDifferences') === 'true',
    rules,
    failed,
    basis: {
      key: appKey(app.metadata),
      settings,
      rules,
      failed,
      syncOptions,
      serverSideApply,
      controlNamespace,
      compareOptions: `${input.dryRuns ? Number(input.dryRuns.always) : ''} ${app.metadata.annotations?.[COMPARE_OPTIONS] ?? ''}`,
    },
    serverSide: (target, live) => (effective('ServerSideApply', { target, live, app: options }) ?? fallback) !== 'false',
  };
}

interface Entry {
  readonly id: ResourceId;
  readonly resource: ComparedResource;
  readonly warning?: Problem;
}

interface Remembered {
  readonly entry: Entry;
  readonly live: Manifest | undefined;
  readonly permitted: boolean;
  readonly table: TypeTable | undefined;
  readonly basis: Basis;
}

/** What was found for each target last. Objects are never changed in place, so as long as nothing else moved it holds. */
const remembered = new WeakMap<Manifest, Remembered>();

function entryOf(run: Run, target: Manifest): Entry {
  const known = remembered.get(target);
  const ref = known ? { ...known.entry.resource.key, version: known.entry.resource.version } : refOf(target);
  const id = known?.entry.id ?? resourceId(ref);
  const permitted = run.permitted(ref);
  const live = permitted ? run.live.get(id) : undefined;
  const table = run.typesFor(ref);
  if (known && known.live === live && known.permitted === permitted && known.table === table && sameBasis(known.basis, run.basis))
    return known.entry;
  const warning = sharedWarning(run, ref, live);
  const asked = openNeeds(run);
  const entry = { id, resource: withTarget(run, target, { ref, live, permitted, table }), ...(warning ? { warning } : {}) };
  // What still waits for jq or for the server is not known yet.
  if (openNeeds(run) === asked) remembered.set(target, { entry, live, permitted, table, basis: run.basis });
  return entry;
}

function openNeeds({ jq, dryRuns }: Run): number {
  return (jq?.needs.length ?? 0) + (dryRuns?.needs.length ?? 0);
}

function sameBasis(a: Basis, b: Basis): boolean {
  return (
    a === b ||
    (a.settings === b.settings &&
      a.rules === b.rules &&
      a.failed === b.failed &&
      a.key === b.key &&
      a.serverSideApply === b.serverSideApply &&
      a.controlNamespace === b.controlNamespace &&
      a.compareOptions === b.compareOptions &&
      sameJson(a.syncOptions, b.syncOptions))
  );
}

interface Found {
  readonly ref: ResourceRef;
  readonly live: Manifest | undefined;
  readonly permitted: boolean;
  readonly table: TypeTable | undefined;
}

function withTarget(run: Run, target: Manifest, { ref, live, permitted, table }: Found): ComparedResource {
  const role = hookOf(target);
  const { version, ...key } = ref;
  const base = { key, version, target, ...(live ? { live } : {}), wave: waveOf(target) };
  const health = live ? run.judge(live) : undefined;
  if (role.kind !== 'none')
    return { ...base, change: 'none', ...(role.kind === 'hook' ? { hook: true } : {}), ...(health ? { health } : {}) };
  const withHealth = live ? (health ? { ...base, health } : base) : { ...base, health: { status: 'Missing' as const } };
  if (run.failed) return { ...withHealth, change: 'none', sync: 'Unknown' };
  if (!live) return { ...withHealth, change: 'create', sync: permitted ? 'OutOfSync' : 'Unknown' };
  const context = {
    settings: run.settings,
    rules: run.rules,
    serverSide: run.serverSide(target, live),
    table,
    ...(run.jq ? { jq: run.jq } : {}),
    ...(run.dryRuns ? serverDiffOf(run.dryRuns, run.app, target) : {}),
  };
  const normalized = differenceOf(ref, target, live, context);
  const applied = run.respects ? respectedTarget(ref, target, live, context) : target;
  const found = applied === target ? withHealth : { ...withHealth, applied };
  return normalized ? { ...found, change: 'update', sync: 'OutOfSync', normalized } : { ...found, change: 'none', sync: 'Synced' };
}

/** Where something went wrong, targets may be missing that Git has: then nothing is to be pruned. */
function withoutTarget(run: Run, live: Manifest): ComparedResource {
  const { version, ...key } = refOf(live);
  const health = run.judge(live);
  const base = { key, version, live, wave: waveOf(live), ...(health ? { health } : {}) };
  if (hookOf(live).kind !== 'none') return { ...base, change: 'none', hook: true };
  if (run.failed) return { ...base, change: 'none', sync: 'Unknown' };
  const ignored = compareOptions(live).includes('IgnoreExtraneous');
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

function sharedWarning(run: Run, ref: ResourceRef, live: Manifest | undefined): Problem | undefined {
  const owner = live && ownerOf(live, run.settings);
  if (!owner?.self || isThisApp(run, owner.app)) return undefined;
  const message = `${ref.kind}/${ref.name} is part of applications ${appKey(run.app.metadata)} and ${owner.app}`;
  return { type: 'SharedResourceWarning', message, place: { object: resourceId(ref) } };
}

function syncOf(resources: readonly ComparedResource[]): SyncStatusCode {
  return resources.some((each) => each.change !== 'none' && !each.ignored && !each.hook) ? 'OutOfSync' : 'Synced';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
