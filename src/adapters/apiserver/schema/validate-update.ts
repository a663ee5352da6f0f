// What an update may not change, kind by kind.
import type { Manifest } from '../../../domain/resource.js';
import { groupVersion } from '../../../domain/resource.js';
import { type FieldError, forbidden, immutable } from './field-error.js';
import { validateMetadataUpdate } from './validate-object.js';

type Fields = Record<string, unknown>;

/** Errors of replacing `before` by `after`; both carry their defaults. [] when the update is allowed. */
export function validateUpdate(before: Manifest, after: Manifest): readonly FieldError[] {
  const rule = RULES[`${groupVersion(after.apiVersion).group}/${after.kind}`];
  return [...validateMetadataUpdate(before, after), ...(rule?.(before, after) ?? [])];
}

const STATEFUL_SET_CHANGEABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];
const POD_CHANGEABLE = ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds', 'schedulingGates'];

const RULES: Readonly<Record<string, (before: Manifest, after: Manifest) => FieldError[]>> = {
  'apps/Deployment': (before, after) => fixed(before, after, ['spec', 'selector']),
  'apps/ReplicaSet': (before, after) => fixed(before, after, ['spec', 'selector']),
  'apps/DaemonSet': (before, after) => fixed(before, after, ['spec', 'selector']),
  'apps/StatefulSet': (before, after) => {
    const [old, now] = [omit(before.spec, STATEFUL_SET_CHANGEABLE), omit(after.spec, STATEFUL_SET_CHANGEABLE)];
    if (equal(old, now)) return [];
    const names = STATEFUL_SET_CHANGEABLE.map((name) => `'${name}'`);
    const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    return [forbidden('spec', `updates to statefulset spec for fields other than ${listed} are forbidden`)];
  },
  'batch/Job': (before, after) => [
    ...fixed(before, after, ['spec', 'completions']),
    ...fixed(before, after, ['spec', 'selector']),
    ...jobTemplate(before, after),
    ...fixed(before, after, ['spec', 'completionMode']),
  ],
  '/Service': (before, after) => {
    const [old, now] = [at(before, ['spec', 'clusterIP']), at(after, ['spec', 'clusterIP'])];
    const external = at(after, ['spec', 'type']) === 'ExternalName' || at(before, ['spec', 'type']) === 'ExternalName';
    // The server keeps its own assignment where the writer leaves it out.
    return external || !old || !now || old === now ? [] : [immutable('spec.clusterIPs[0]', [now])];
  },
  '/PersistentVolumeClaim': claim,
  '/ConfigMap': (before, after) => frozen(before, after, ['data', 'binaryData']),
  '/Secret': (before, after) => [...frozen(before, after, ['data']), ...fixed(before, after, ['type'])],
  '/Pod': pod,
  'rbac.authorization.k8s.io/RoleBinding': roleRef,
  'rbac.authorization.k8s.io/ClusterRoleBinding': roleRef,
  'storage.k8s.io/StorageClass': (before, after) =>
    ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode'].flatMap((name) => fixed(before, after, [name])),
  'scheduling.k8s.io/PriorityClass': (before, after) => fixed(before, after, ['value']),
  'apiextensions.k8s.io/CustomResourceDefinition': (before, after) => [
    ...fixed(before, after, ['spec', 'group']),
    ...fixed(before, after, ['spec', 'scope']),
    ...fixed(before, after, ['spec', 'names', 'kind']),
    ...fixed(before, after, ['spec', 'names', 'plural']),
  ],
};

function jobTemplate(before: Manifest, after: Manifest): FieldError[] {
  // A suspended Job that never ran may still be moved elsewhere.
  if (at(before, ['spec', 'suspend']) === true && at(before, ['status', 'startTime']) === undefined) return [];
  return fixed(before, after, ['spec', 'template']);
}

function claim(before: Manifest, after: Manifest): FieldError[] {
  // The binder may set the volume once, storage may grow, and the attributes class may change.
  const free = [
    'resources',
    'volumeAttributesClassName',
    ...(at(before, ['spec', 'volumeName']) ? [] : ['volumeName', 'storageClassName']),
  ];
  if (equal(omit(before.spec, free), omit(after.spec, free))) return [];
  return [forbidden('spec', 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims')];
}

function frozen(before: Manifest, after: Manifest, sections: readonly string[]): FieldError[] {
  if (before.immutable !== true) return [];
  const errors: FieldError[] = [];
  if (after.immutable !== true) errors.push(forbidden('immutable', 'field is immutable when `immutable` is set'));
  for (const section of sections) {
    if (!equal(before[section] ?? {}, after[section] ?? {})) errors.push(forbidden(section, 'field is immutable when `immutable` is set'));
  }
  return errors;
}

function pod(before: Manifest, after: Manifest): FieldError[] {
  const essence = (object: Manifest) => {
    const spec = omit(object.spec, [...POD_CHANGEABLE, 'nodeName']);
    for (const list of ['containers', 'initContainers']) {
      if (Array.isArray(spec[list])) spec[list] = spec[list].map((container: unknown) => omit(container, ['image', 'resources']));
    }
    return spec;
  };
  if (equal(essence(before), essence(after))) return [];
  const allowed =
    '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbidden('spec', `pod updates may not change fields other than ${allowed}`)];
}

function roleRef(before: Manifest, after: Manifest): FieldError[] {
  if (equal(before.roleRef, after.roleRef)) return [];
  return [
    { field: 'roleRef', reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(after.roleRef)}: cannot change roleRef` },
  ];
}

function fixed(before: Manifest, after: Manifest, path: readonly string[]): FieldError[] {
  const now = at(after, path);
  return equal(at(before, path), now) ? [] : [immutable(path.join('.'), now ?? null)];
}

function at(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = current !== null && typeof current === 'object' ? (current as Fields)[name] : undefined;
  return current;
}

function omit(value: unknown, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries((value ?? {}) as Fields).filter(([name]) => !names.includes(name)));
}

/** Deep equality; the order of keys does not matter, and an absent field equals an undefined one. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => equal((a as Fields)[name], (b as Fields)[name]));
}
