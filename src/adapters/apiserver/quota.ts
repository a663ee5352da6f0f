// ResourceQuota: numbers of objects, and what pods and claims ask for. A write over a limit is refused; what is used is kept in the status.
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import { forbidden } from './api-error.js';
import type { Context } from './context.js';
import type { ObjectStore } from './object-store.js';
import { canonicalQuantity, quantityNumber } from './schema/quantity.js';

interface Container {
  readonly name?: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, unknown>>; readonly limits?: Readonly<Record<string, unknown>> };
}

/** Names of a quota that mean what the containers of a pod ask for. */
const OF_PODS: Readonly<Record<string, readonly ['requests' | 'limits', string]>> = {
  cpu: ['requests', 'cpu'],
  memory: ['requests', 'memory'],
  'ephemeral-storage': ['requests', 'ephemeral-storage'],
  'requests.cpu': ['requests', 'cpu'],
  'requests.memory': ['requests', 'memory'],
  'requests.ephemeral-storage': ['requests', 'ephemeral-storage'],
  'limits.cpu': ['limits', 'cpu'],
  'limits.memory': ['limits', 'memory'],
  'limits.ephemeral-storage': ['limits', 'ephemeral-storage'],
};

/** Throws ApiError where a new object would go over a quota of its namespace, or does not say what a quota wants to know. */
export function withinQuotas(store: ObjectStore, api: ApiKind, object: Manifest): void {
  const namespace = object.metadata.namespace ?? '';
  for (const quota of store.list('', 'ResourceQuota', namespace)) {
    const hard = hardOf(quota);
    const unsaid = Object.keys(hard).flatMap((name) => missingFrom(object, name));
    if (unsaid.length > 0)
      throw forbidden(api, object.metadata.name, `failed quota: ${quota.metadata.name}: must specify ${unsaid.join('; ')}`);
    const over = Object.keys(hard).flatMap((name) => {
      const requested = amountOf(object, name);
      if (requested === 0) return [];
      const used = usedOf(store, namespace, name);
      const limit = quantityNumber(hard[name]) ?? 0;
      return used + requested > limit ? [{ name, requested, used, limit: hard[name] }] : [];
    });
    if (over.length === 0) continue;
    const list = (part: (each: (typeof over)[number]) => unknown) => over.map((each) => `${each.name}=${String(part(each))}`).join(',');
    throw forbidden(
      api,
      object.metadata.name,
      `exceeded quota: ${quota.metadata.name}, requested: ${list(({ name, requested }) => shown(name, requested))}, used: ${list(({ name, used }) => shown(name, used))}, limited: ${list(({ limit }) => limit)}`,
    );
  }
}

/** Brings the status of a namespace's quotas up to date; writes nothing that is so already. */
export function countQuotas(context: Context, namespace: string): void {
  const { store } = context;
  for (const quota of store.list('', 'ResourceQuota', namespace)) {
    const hard = hardOf(quota);
    const used = Object.fromEntries(Object.keys(hard).map((name) => [name, shown(name, usedOf(store, namespace, name))]));
    const status = { hard, used };
    if (quota.metadata.deletionTimestamp || JSON.stringify(quota['status']) === JSON.stringify(status)) continue;
    store.put({ ...quota, status });
  }
}

function hardOf(quota: Manifest): Readonly<Record<string, unknown>> {
  return ((quota['spec'] as { hard?: Record<string, unknown> } | undefined)?.hard ?? {}) as Record<string, unknown>;
}

function usedOf(store: ObjectStore, namespace: string, name: string): number {
  const [group, kind] = kindOf(name);
  let sum = 0;
  for (const object of kind === undefined ? store.inNamespace(namespace) : store.list(group, kind, namespace))
    sum += amountOf(object, name);
  return sum;
}

/** Where only objects of one kind count, that kind. */
function kindOf(name: string): readonly [string, string | undefined] {
  if (name in OF_PODS || name === 'pods') return ['', 'Pod'];
  if (name === 'requests.storage') return ['', 'PersistentVolumeClaim'];
  return ['', undefined];
}

/** How much of a quota's name an object takes. */
function amountOf(object: Manifest, name: string): number {
  const { group } = groupVersion(object.apiVersion);
  const [side, resource] = OF_PODS[name] ?? [];
  if (side && resource) {
    if (group !== '' || object.kind !== 'Pod' || isOver(object)) return 0;
    return containersOf(object).reduce((sum, { resources }) => sum + (quantityNumber(resources?.[side]?.[resource]) ?? 0), 0);
  }
  if (name === 'requests.storage') {
    const spec = object['spec'] as { resources?: { requests?: Record<string, unknown> } } | undefined;
    return group === '' && object.kind === 'PersistentVolumeClaim' ? (quantityNumber(spec?.resources?.requests?.['storage']) ?? 0) : 0;
  }
  if (object.kind === 'Pod' && isOver(object)) return 0;
  const plural = pluralOf(object.kind);
  return name === `count/${plural}${group === '' ? '' : `.${group}`}` || (group === '' && name === plural) ? 1 : 0;
}

/** A quota on what pods ask for wants every container to say it. */
function missingFrom(object: Manifest, name: string): string[] {
  const [side, resource] = OF_PODS[name] ?? [];
  if (!side || !resource || object.kind !== 'Pod' || groupVersion(object.apiVersion).group !== '') return [];
  const silent = containersOf(object).filter(({ resources }) => resources?.[side]?.[resource] === undefined);
  return silent.length > 0 ? [`${name} for: ${silent.map((each) => each.name ?? '').join(',')}`] : [];
}

function isOver(pod: Manifest): boolean {
  const phase = (pod['status'] as { phase?: string } | undefined)?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

function containersOf(pod: Manifest): readonly Container[] {
  return (pod['spec'] as { containers?: readonly Container[] } | undefined)?.containers ?? [];
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/(s|x|ch|sh)$/.test(lower)) return `${lower}es`;
  return /[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

function shown(name: string, amount: number): string {
  const text = name.endsWith('memory') || name.endsWith('storage') ? `${amount}` : `${Math.round(amount * 1000)}m`;
  return String(canonicalQuantity(text));
}
