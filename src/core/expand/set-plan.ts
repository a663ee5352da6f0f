// What an ApplicationSet would do to the Applications that exist: create, change, delete. Policies and preserved fields of behaviour 2.1.
// A set that could not be expanded completely plans nothing; a plan that deletes much waits for a person.
import type { Manifest } from '../../domain/resource.js';
import { normalizeSpec } from '../application/parse.js';
import { parsePointer, withoutPointer } from '../diff/pointer.js';
import { parseSimplePath, withoutSimplePath } from '../diff/simple-path.js';
import { contentHash } from '../hash.js';
import { sameJson } from '../merge/record.js';
import type { Expansion } from './expand.js';
import { isRecord } from './generator.js';
import { RESOURCES_FINALIZER } from './render.js';

export interface SetPlan {
  readonly create: readonly Manifest[];
  readonly update: readonly { readonly before: Manifest; readonly after: Manifest }[];
  readonly remove: readonly { readonly application: Manifest; readonly cascades: boolean }[];
  readonly unchanged: number;
  /** Names that belong to somebody else and are left alone, with the reason. */
  readonly refused: readonly { readonly name: string; readonly message: string }[];
  /** Over what an approval is for; '' where none is needed. */
  readonly hash: string;
  /** Why a person has to approve it first. */
  readonly approval?: string;
  /** What waits for the approval: the deletions, or everything where the set asks for that. */
  readonly waits: 'nothing' | 'deletions' | 'all';
}

export const REQUIRE_APPROVAL = 'argosy.dev/require-approval';
const ALWAYS_PRESERVED_ANNOTATIONS = ['notified.notifications.argoproj.io', 'argocd.argoproj.io/refresh', 'argocd.argoproj.io/hydrate'];
const KEPT_FINALIZERS = ['pre-delete-finalizer.argocd.argoproj.io', 'post-delete-finalizer.argocd.argoproj.io'];
const BUDGET = { applications: 10, share: 0.25 };
const NOTHING = { create: [], update: [], remove: [], refused: [], hash: '', waits: 'nothing' } as const;

/** `owned`: the Applications whose controller is this set. `other`: an Application of a name that is not. */
export function planSet(
  set: Manifest,
  expansion: Expansion,
  owned: readonly Manifest[],
  other: (name: string) => Manifest | undefined = () => undefined,
): SetPlan {
  if (!expansion.complete) return { ...NOTHING, unchanged: owned.length };
  const policy = policyOf(set);
  const existing = new Map(owned.map((application) => [application.metadata.name, application]));
  const ignore = ignoring(set);
  const create: Manifest[] = [];
  const update: { before: Manifest; after: Manifest }[] = [];
  const refused: { name: string; message: string }[] = [];
  for (const { application } of expansion.applications) {
    const { name } = application.metadata;
    const before = existing.get(name) ?? other(name);
    const controller = existing.has(name) ? undefined : before?.metadata.ownerReferences?.find((each) => each.controller);
    if (controller)
      refused.push({
        name,
        message: `Object ${before?.metadata.namespace}/${name} is already owned by another ${controller.kind} controller ${controller.name}`,
      });
    else if (!before) create.push(withOwner(application, set));
    else if (policy.updates) {
      const after = updated(before, withOwner(application, set), set);
      if (differs(before, after, ignore)) update.push({ before, after });
    }
  }
  const named = new Set(expansion.generated.map(({ application }) => application.metadata.name));
  const remove = policy.deletes ? owned.filter(({ metadata }) => !named.has(metadata.name)).map(removal) : [];
  const unchanged = owned.length - update.filter(({ before }) => existing.has(before.metadata.name)).length - remove.length;
  const plan = { create: create.sort(byName), update, remove, refused, unchanged };
  return { ...plan, ...approvalOf(set, plan, owned.length) };
}

function removal(application: Manifest): SetPlan['remove'][number] {
  return { application, cascades: (application.metadata.finalizers ?? []).some((each) => each.startsWith(RESOURCES_FINALIZER)) };
}

export function policyOf(set: Manifest): { readonly updates: boolean; readonly deletes: boolean } {
  const spec = set['spec'] as { syncPolicy?: { applicationsSync?: string } } | undefined;
  const policy = spec?.syncPolicy?.applicationsSync ?? 'sync';
  return { updates: policy === 'sync' || policy === 'create-update', deletes: policy === 'sync' || policy === 'create-delete' };
}

function withOwner(application: Manifest, set: Manifest): Manifest {
  const { apiVersion, kind } = set;
  const owner = { apiVersion, kind, name: set.metadata.name, uid: set.metadata.uid ?? '', controller: true, blockOwnerDeletion: true };
  return { ...application, metadata: { ...application.metadata, ownerReferences: [owner] } };
}

/** The existing Application with spec, labels, annotations and finalizers of the target; what the set preserves stays. */
function updated(before: Manifest, target: Manifest, set: Manifest): Manifest {
  const preserved = (set['spec'] as { preservedFields?: { annotations?: string[]; labels?: string[] } } | undefined)?.preservedFields;
  const annotations = kept(before.metadata.annotations, [...ALWAYS_PRESERVED_ANNOTATIONS, ...(preserved?.annotations ?? [])]);
  const labels = kept(before.metadata.labels, preserved?.labels ?? []);
  const finalizers = (before.metadata.finalizers ?? []).filter((name) => KEPT_FINALIZERS.some((prefix) => name.startsWith(prefix)));
  const metadata = { ...before.metadata, ...(target.metadata.ownerReferences ? { ownerReferences: target.metadata.ownerReferences } : {}) };
  assign(metadata, 'annotations', { ...target.metadata.annotations, ...annotations });
  assign(metadata, 'labels', { ...target.metadata.labels, ...labels });
  const allFinalizers = [...new Set([...(target.metadata.finalizers ?? []), ...finalizers])];
  if (allFinalizers.length > 0) metadata.finalizers = allFinalizers;
  else delete metadata.finalizers;
  return { ...before, metadata, spec: target['spec'] };
}

/** Both with a normal spec and without what the set is told to ignore. */
function differs(before: Manifest, after: Manifest, ignore: (application: Manifest) => Manifest): boolean {
  if (sameJson(before, after)) return false;
  return !sameJson(ignore(normal(before)), ignore(normal(after)));
}

function normal(application: Manifest): Manifest {
  const { managedFields: _, resourceVersion: __, generation: ___, ...metadata } = application.metadata;
  return { ...application, metadata, spec: normalizeSpec((application['spec'] ?? {}) as Parameters<typeof normalizeSpec>[0]) };
}

/** ignoreApplicationDifferences; a rule with a name is for that Application alone. */
function ignoring(set: Manifest): (application: Manifest) => Manifest {
  const rules = (set['spec'] as { ignoreApplicationDifferences?: unknown } | undefined)?.ignoreApplicationDifferences;
  if (!Array.isArray(rules)) return (application) => application;
  const compiled = rules.filter(isRecord).map((rule) => ({
    name: rule['name'],
    removals: [
      ...texts(rule['jsonPointers'])
        .map(parsePointer)
        .flatMap((tokens) => (tokens ? [(value: unknown) => withoutPointer(value, tokens)] : [])),
      ...texts(rule['jqPathExpressions'])
        .map(parseSimplePath)
        .flatMap((path) => (path ? [(value: unknown) => withoutSimplePath(value, path)] : [])),
    ],
  }));
  return (application) =>
    compiled
      .filter(({ name }) => !name || name === application.metadata.name)
      .flatMap(({ removals }) => removals)
      .reduce((value, remove) => remove(value), application as unknown) as Manifest;
}

function texts(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function assign(metadata: Manifest['metadata'], field: 'annotations' | 'labels', values: Record<string, string>): void {
  if (Object.keys(values).length > 0) metadata[field] = values;
  else delete metadata[field];
}

function kept(values: Readonly<Record<string, string>> | undefined, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => names.includes(key)));
}

type Changes = Pick<SetPlan, 'create' | 'update' | 'remove'>;

function approvalOf(set: Manifest, changes: Changes, owned: number): Pick<SetPlan, 'hash' | 'approval' | 'waits'> {
  const asked = set.metadata.annotations?.[REQUIRE_APPROVAL];
  const { create, update, remove } = changes;
  const count = create.length + update.length + remove.length;
  if (asked === 'true' && count > 0) {
    const hash = contentHash([set.metadata.name, create, update.map(({ after }) => after), removed(remove)]);
    return { hash, waits: 'all', approval: `it asks for approval of every change (${REQUIRE_APPROVAL})` };
  }
  const approval = asked === 'false' ? undefined : tooMany(remove.length, owned);
  if (approval === undefined) return { hash: '', waits: 'nothing' };
  return { hash: contentHash([set.metadata.name, removed(remove)]), waits: 'deletions', approval };
}

function removed(remove: SetPlan['remove']): string[] {
  return remove.map(({ application }) => application.metadata.uid ?? application.metadata.name).sort();
}

function tooMany(deletes: number, owned: number): string | undefined {
  if (deletes === 0) return undefined;
  if (deletes === owned) return `it deletes all ${owned} applications of the set`;
  if (deletes > BUDGET.applications && deletes > owned * BUDGET.share) {
    return `it deletes ${deletes} of ${owned} applications, more than ${BUDGET.applications} and ${BUDGET.share * 100} %`;
  }
  return undefined;
}

function byName(a: Manifest, b: Manifest): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
