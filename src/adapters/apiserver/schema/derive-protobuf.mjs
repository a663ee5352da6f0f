// Derives protobuf.json, the field numbers of the messages that kubectl sends as protobuf, from the Go types. Run by hand:
//   go mod download k8s.io/api@VERSION k8s.io/apimachinery@VERSION
//   node derive-protobuf.mjs API_MODULE_DIR APIMACHINERY_MODULE_DIR
// A field is written as [name, type, flags]: type 's' text, 'i' integer, 'b' boolean, 'y' bytes, 'd' double, or a message name;
// '[]' before it for lists, '{}' for maps from text. Flags: 'p' pointer (a zero is a value), 'r' required in JSON, 'n' inlined.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [api, machinery] = process.argv.slice(2);
if (!machinery) {
  console.error('usage: node derive-protobuf.mjs API_MODULE_DIR APIMACHINERY_MODULE_DIR');
  process.exit(2);
}
const META = 'meta';
const GROUPS = [
  'core',
  'apps',
  'batch',
  'rbac',
  'policy',
  'networking',
  'authorization',
  'authentication',
  'autoscaling',
  'coordination',
  'scheduling',
];
const files = [[META, join(machinery, 'pkg/apis/meta/v1/types.go')], ...GROUPS.map((group) => [group, join(api, group, 'v1/types.go')])];
const ROOTS = {
  '/v1': [
    'Namespace',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'Service',
    'Pod',
    'ResourceQuota',
    'Event',
    'PersistentVolumeClaim',
    'Node',
    'Endpoints',
  ],
  'apps/v1': ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'],
  'batch/v1': ['Job', 'CronJob'],
  'rbac.authorization.k8s.io/v1': ['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
  'policy/v1': ['PodDisruptionBudget', 'Eviction'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview', 'SubjectAccessReview', 'LocalSubjectAccessReview'],
  'authentication.k8s.io/v1': ['SelfSubjectReview', 'TokenRequest'],
  'autoscaling/v1': ['Scale', 'HorizontalPodAutoscaler'],
  'coordination.k8s.io/v1': ['Lease'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'meta.k8s.io/v1': ['DeleteOptions'],
};
const SPECIAL = { 'resource.Quantity': 'Quantity', 'intstr.IntOrString': 'IntOrString', 'runtime.RawExtension': 'RawExtension' };
const WIRE = { Time: 'Time', MicroTime: 'MicroTime', FieldsV1: 'FieldsV1' };

const aliases = {};
const structs = {};
for (const [group, file] of files) {
  let current;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const alias = /^type (\w+) ((?:map|\[\]|\w)[^\s{]*)$/.exec(line.replace(/\s*\/\/.*$/, '').trimEnd());
    if (alias && alias[2] !== 'struct') aliases[`${group}.${alias[1]}`] = alias[2];
    const start = /^type (\w+) struct \{/.exec(line);
    if (start) {
      current = {};
      structs[`${group}.${start[1]}`] = current;
    }
    if (line === '}') current = undefined;
    const field = current && /^\s+(?:(\w+)\s+)?([*[\]\w.{}]+)\s+`(.*)`/.exec(line);
    const number = field && /protobuf:"\w+,(\d+),/.exec(field[3]);
    if (!number) continue;
    const [name, ...options] = (/json:"([^"]*)"/.exec(field[3])?.[1] ?? '').split(',');
    const inline = options.includes('inline');
    if (inline && /TypeMeta$/.test(field[2])) continue;
    current[number[1]] = { name, inline, type: field[2], omitempty: options.includes('omitempty') || options.includes('omitzero'), group };
  }
}

/** The group in whose file a Go type is declared, from its package name. */
function homeOf(pkg, name, group) {
  if (pkg === undefined) return group;
  if (pkg === 'metav1') return META;
  if (pkg === 'apiv1') return 'core';
  if (pkg === 'v1') return structs[`core.${name}`] || aliases[`core.${name}`] ? 'core' : META;
  return pkg.replace(/v1$/, '');
}

/** A Go type as the short form of the table. */
function typeOf(go, group) {
  if (go.startsWith('*')) return typeOf(go.slice(1), group);
  if (go === '[]byte') return 'y';
  if (go.startsWith('[]')) return `[]${typeOf(go.slice(2), group)}`;
  if (go.startsWith('map[')) return `{}${typeOf(go.slice(go.indexOf(']') + 1), group)}`;
  if (go === 'string' || go === 'types.UID') return 's';
  if (/^u?int\d*$/.test(go)) return 'i';
  if (go === 'bool') return 'b';
  if (go === 'float64') return 'd';
  if (SPECIAL[go]) return SPECIAL[go];
  const [pkg, name] = go.includes('.') ? go.split('.') : [undefined, go];
  const home = homeOf(pkg, name, group);
  if (WIRE[name] && home === META) return WIRE[name];
  const full = `${home}.${name}`;
  if (aliases[full]) {
    const target = aliases[full];
    // A named list or map is a message of its own on the wire, except ResourceList.
    if (target.startsWith('[]')) return `Items:${typeOf(target.slice(2), home)}`;
    return typeOf(target, home);
  }
  if (structs[full]) return full;
  throw new Error(`unknown Go type ${go} in ${group}`);
}

const kept = {};
function take(name) {
  if (kept[name] || !structs[name]) return;
  const fields = {};
  kept[name] = fields;
  for (const [number, field] of Object.entries(structs[name])) {
    const type = typeOf(field.type, field.group);
    const flags = `${field.type.startsWith('*') ? 'p' : ''}${field.omitempty ? '' : 'r'}${field.inline ? 'n' : ''}`;
    fields[number] = flags ? [field.name, type, flags] : [field.name, type];
    const inner = type.replace(/^(\[\]|\{\}|Items:)+/, '');
    take(inner);
  }
}
const groupOf = (apiVersion) => (apiVersion === '/v1' ? 'core' : apiVersion.split(/[./]/)[0]);
const roots = {};
for (const [apiVersion, kinds] of Object.entries(ROOTS)) {
  for (const kind of kinds) {
    const name = `${groupOf(apiVersion)}.${kind}`;
    if (!structs[name]) throw new Error(`no Go struct ${name}`);
    roots[`${apiVersion}/${kind}`] = name;
    take(name);
  }
}
const lines = (record) =>
  Object.entries(record)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
const text = `{\n  "kinds": {\n${lines(roots)}\n  },\n  "messages": {\n${lines(kept)}\n  }\n}\n`;
const out = fileURLToPath(new URL('./protobuf.json', import.meta.url));
writeFileSync(out, text);
console.log(`${out}: ${Math.round(text.length / 1024)} KB, ${Object.keys(kept).length} messages`);
