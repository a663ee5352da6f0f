// What an ApplicationSet would do to the Applications that exist: create, change, delete. Policies and preserved fields of behaviour 2.1.
// A set that could not be expanded completely plans nothing; a plan that deletes much waits for a person.
import type { Manifest } from '../../domain/resource.js';
import { contentHash, stableJson } from '../hash.js';
import type { Expansion } from './expand.js';

export interface SetPlan {
  readonly create: readonly Manifest[];
  readonly update: readonly { readonly before: Manifest; readonly after: Manifest }[];
  readonly remove: readonly { readonly application: Manifest; readonly cascades: boolean }[];
  readonly unchanged: number;
  /** Over what changes; an approval is for this very plan. */
  readonly hash: string;
  /** Why a person has to approve the deletions first. Creates and updates need nobody. */
  readonly approval?: string;
}

const ALWAYS_PRESERVED_ANNOTATIONS = ['notified.notifications.argoproj.io', 'argocd.argoproj.io/refresh', 'argocd.argoproj.io/hydrate'];
const KEPT_FINALIZERS = ['pre-delete-finalizer.argocd.argoproj.io', 'post-delete-finalizer.argocd.argoproj.io'];
const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';
const BUDGET = { applications: 10, share: 0.25 };

/** `owned`: the Applications whose controller is this set. */
export function planSet(set: Manifest, expansion: Expansion, owned: readonly Manifest[]): SetPlan {
  if (!expansion.complete) return { create: [], update: [], remove: [], unchanged: owned.length, hash: contentHash([]) };
  const policy = policyOf(set);
  const wanted = new Map(expansion.applications.map(({ application }) => [application.metadata.name, withOwner(application, set)]));
  const existing = new Map(owned.map((application) => [application.metadata.name, application]));
  const create = [...wanted.values()].filter(({ metadata }) => !existing.has(metadata.name)).sort(byName);
  const update = policy.updates
    ? [...wanted.values()].flatMap((target) => {
        const before = existing.get(target.metadata.name);
        const after = before && updated(before, target, set);
        return before && after && stableJson(after) !== stableJson(before) ? [{ before, after }] : [];
      })
    : [];
  const named = new Set([...wanted.keys(), ...expansion.duplicates]);
  const remove = policy.deletes
    ? owned
        .filter(({ metadata }) => !named.has(metadata.name))
        .map((application) => ({
          application,
          cascades: (application.metadata.finalizers ?? []).some((each) => each.startsWith(RESOURCES_FINALIZER)),
        }))
    : [];
  const approval = approvalOf(remove.length, owned.length);
  return {
    create,
    update,
    remove,
    unchanged: owned.length - update.length - remove.length,
    hash: contentHash([
      set.metadata.name,
      create,
      update.map(({ after }) => after),
      remove.map(({ application }) => application.metadata.uid ?? application.metadata.name),
    ]),
    ...(approval === undefined ? {} : { approval }),
  };
}

function policyOf(set: Manifest): { readonly updates: boolean; readonly deletes: boolean } {
  const spec = set['spec'] as { syncPolicy?: { applicationsSync?: string } } | undefined;
  const policy = spec?.syncPolicy?.applicationsSync ?? 'sync';
  return { updates: policy === 'sync' || policy === 'create-update', deletes: policy === 'sync' || policy === 'create-delete' };
}

function withOwner(application: Manifest, set: Manifest): Manifest {
  const owner = {
    apiVersion: set.apiVersion,
    kind: set.kind,
    name: set.metadata.name,
    uid: set.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
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

function assign(metadata: Manifest['metadata'], field: 'annotations' | 'labels', values: Record<string, string>): void {
  if (Object.keys(values).length > 0) metadata[field] = values;
  else delete metadata[field];
}

function kept(values: Readonly<Record<string, string>> | undefined, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => names.includes(key)));
}

function approvalOf(deletes: number, owned: number): string | undefined {
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
