// Which kinds are compiled into the API server and understand strategic merge; kinds from definitions take JSON merge only.

const CORE = ['', 'apps', 'autoscaling', 'batch', 'extensions', 'policy'];
const SUFFIX = '.k8s.io';
const NAMED = [
  'admissionregistration',
  'apiextensions',
  'apiregistration',
  'authentication',
  'authorization',
  'certificates',
  'coordination',
  'discovery',
  'events',
  'flowcontrol.apiserver',
  'internal.apiserver',
  'networking',
  'node',
  'rbac.authorization',
  'resource',
  'scheduling',
  'storage',
  'storagemigration',
];
const GROUPS = new Set([...CORE, ...NAMED.map((name) => `${name}${SUFFIX}`)]);

export function isBuiltInGroup(group: string): boolean {
  return GROUPS.has(group);
}
