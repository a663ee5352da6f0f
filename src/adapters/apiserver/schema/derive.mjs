// Derives builtin.json, the compact table of the built-in kinds, from a real API server's documents. Run by hand:
//   node derive.mjs OPENAPI_V2.json.gz DISCOVERY_API.json.gz DISCOVERY_APIS.json.gz [CRD.yaml ...]
// The table carries structure only: types, list types, keys, merge keys, enums, verbs, short names. No descriptions.
// The short forms are read back by compact.ts; change both together.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

const [openApiFile, coreFile, groupsFile, ...crdFiles] = process.argv.slice(2);
if (!groupsFile) {
  console.error('usage: node derive.mjs OPENAPI_V2.json.gz DISCOVERY_API.json.gz DISCOVERY_APIS.json.gz [CRD.yaml ...]');
  process.exit(2);
}
const readGz = (file) => JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));

/** Types whose OpenAPI says less than the server knows. */
const SPECIAL = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 's/quantity',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 's/int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 's/date-time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 's/date-time',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': '*',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': '*',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': '*',
};
const LETTER = { string: 's', integer: 'i', number: 'n', boolean: 'b' };
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

const shortName = (name) => name.replace(/^io\.k8s\.api\./, '~').replace(/^io\.k8s\.apimachinery\.pkg\./, '^');

function scalar(schema) {
  const type = schema['x-kubernetes-int-or-string'] ? 's/int-or-string' : LETTER[schema.type] + (schema.format ? `/${schema.format}` : '');
  const more = {};
  if (schema.enum) more.e = schema.enum;
  if (schema.pattern) more.p = schema.pattern;
  if (schema.minimum !== undefined) more.min = schema.minimum;
  if (schema.maximum !== undefined) more.max = schema.maximum;
  if (schema.minLength !== undefined) more.minl = schema.minLength;
  if (schema.maxLength !== undefined) more.maxl = schema.maxLength;
  if (schema.default !== undefined) more.d = schema.default;
  if (schema.nullable) more.n = 1;
  return Object.keys(more).length ? { s: type, ...more } : type;
}

function list(schema, visit) {
  const node = { l: visit(schema.items ?? {}) };
  const listType = schema['x-kubernetes-list-type'];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  if (listType === 'map') node.k = schema['x-kubernetes-list-map-keys'];
  else if (listType === 'set') node.t = 's';
  else if (!listType && mergeKey) node.k = [mergeKey];
  if (mergeKey) node.m = mergeKey;
  if (schema['x-kubernetes-patch-strategy']) node.s = schema['x-kubernetes-patch-strategy'];
  if (schema.minItems !== undefined) node.min = schema.minItems;
  if (schema.maxItems !== undefined) node.max = schema.maxItems;
  if (schema.default !== undefined) node.d = schema.default;
  if (schema.nullable) node.n = 1;
  return node;
}

function map(schema, visit) {
  const node = {};
  if (schema.properties) node.f = Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, visit(value, name)]));
  if (schema.additionalProperties) node.r = schema.additionalProperties === true ? '*' : visit(schema.additionalProperties);
  if (schema.required?.length) node.q = schema.required;
  if (schema['x-kubernetes-map-type'] === 'atomic') node.a = 1;
  if (schema['x-kubernetes-preserve-unknown-fields']) node.u = 1;
  if (schema.default !== undefined) node.d = schema.default;
  if (schema.nullable) node.n = 1;
  return node;
}

function convert(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    const special = SPECIAL[name];
    if (special) return special;
    return schema['x-kubernetes-map-type'] === 'atomic' ? { '@': shortName(name), a: 1 } : `@${shortName(name)}`;
  }
  if (schema.type === 'array') return list(schema, convert);
  if (schema.type === 'object' || schema.properties) {
    return schema.properties || schema.additionalProperties ? map(schema, convert) : '*';
  }
  return schema['x-kubernetes-int-or-string'] || LETTER[schema.type] ? scalar(schema) : '*';
}

/** Structural schema of a custom kind: objects that occur twice with the same structure become one named type. */
function convertCrd(schema, prefix, table) {
  const seen = new Map();
  const visit = (node, field) => {
    if (node['x-kubernetes-int-or-string'] || LETTER[node.type]) return scalar(node);
    if (node.type === 'array') return list(node, (items) => visit(items, field));
    if (node.type !== 'object') return '*';
    if (!node.properties && !node.additionalProperties) return node['x-kubernetes-preserve-unknown-fields'] ? '*' : { f: {} };
    if (!node.properties) return map(node, (value) => visit(value, field));
    const made = map(node, visit);
    const text = JSON.stringify(made);
    if (text.length < 200) return made;
    let name = seen.get(text) ?? table.texts.get(text);
    if (!name) {
      const stem = `${prefix}.${(field ?? 'Item').replace(/^./, (c) => c.toUpperCase())}`;
      name = stem;
      for (let n = 2; table.types[name]; n++) name = `${stem}${n}`;
      table.types[name] = made;
      table.texts.set(text, name);
      seen.set(text, name);
    }
    return `@${name}`;
  };
  const fields = { apiVersion: 's', kind: 's', metadata: `@${shortName(META)}` };
  for (const [name, value] of Object.entries(schema.properties)) if (!fields[name]) fields[name] = visit(value, name);
  return { f: fields, ...(schema.required ? { q: schema.required } : {}) };
}

/** Only what some kind reaches is kept. */
function reachable(types, roots) {
  const kept = {};
  const walk = (node) => {
    if (typeof node === 'string') return node.startsWith('@') ? take(node.slice(1)) : undefined;
    if (node['@']) take(node['@']);
    for (const field of Object.values(node.f ?? {})) walk(field);
    if (node.r) walk(node.r);
    if (node.l) walk(node.l);
  };
  const take = (name) => {
    if (kept[name] !== undefined || types[name] === undefined) return;
    kept[name] = types[name];
    walk(types[name]);
  };
  roots.forEach(take);
  return kept;
}

const definitions = readGz(openApiFile).definitions;
const types = {};
const kinds = {};
for (const [name, schema] of Object.entries(definitions)) {
  if (SPECIAL[name]) continue;
  const items = schema.properties?.items;
  if (items && schema.properties.metadata?.$ref?.endsWith('ListMeta')) continue;
  types[shortName(name)] = convert(schema);
  const gvks = (schema['x-kubernetes-group-version-kind'] ?? []).filter((gvk, _, all) => all.length === 1 || gvk.group === '');
  for (const { group, version, kind } of gvks) if (kind !== 'WatchEvent') kinds[`${group}/${version}/${kind}`] = shortName(name);
}

const api = [];
for (const file of [coreFile, groupsFile]) {
  for (const item of readGz(file).items) {
    const group = item.metadata.name ?? '';
    for (const { version, resources } of item.versions) {
      for (const r of resources) {
        const entry = { group, version, kind: r.responseKind.kind, plural: r.resource, singular: r.singularResource };
        entry.namespaced = r.scope === 'Namespaced';
        entry.verbs = r.verbs;
        if (r.shortNames) entry.shortNames = r.shortNames;
        if (r.categories) entry.categories = r.categories;
        if (r.subresources) entry.subresources = r.subresources.map((s) => s.subresource);
        api.push(entry);
      }
    }
  }
}

const custom = { types, texts: new Map() };
const columns = {};
for (const file of crdFiles) {
  const { spec } = parse(readFileSync(file, 'utf8'));
  for (const version of spec.versions) {
    const prefix = `${spec.group}.${version.name}`;
    const name = `${prefix}.${spec.names.kind}`;
    types[name] = convertCrd(version.schema.openAPIV3Schema, prefix, custom);
    kinds[`${spec.group}/${version.name}/${spec.names.kind}`] = name;
    const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
    const entry = { group: spec.group, version: version.name, kind: spec.names.kind, plural: spec.names.plural };
    entry.singular = spec.names.singular;
    entry.namespaced = spec.scope === 'Namespaced';
    entry.verbs = verbs;
    if (spec.names.shortNames) entry.shortNames = spec.names.shortNames;
    if (version.subresources?.status) entry.subresources = ['status'];
    api.push(entry);
    if (version.additionalPrinterColumns) {
      columns[`${spec.group}/${version.name}/${spec.names.kind}`] = version.additionalPrinterColumns.map(({ name: title, ...rest }) => ({
        name: title,
        jsonPath: rest.jsonPath,
        type: rest.type,
        ...(rest.priority ? { priority: rest.priority } : {}),
      }));
    }
  }
}

const lines = (entries) => entries.map(([key, value]) => `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n');
const sorted = (record) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
const text = `{
  "types": {
${lines(sorted(reachable(types, Object.values(kinds))))}
  },
  "kinds": {
${lines(sorted(kinds))}
  },
  "columns": {
${lines(sorted(columns))}
  },
  "api": [
${api.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}
  ]
}
`;
const out = fileURLToPath(new URL('./builtin.json', import.meta.url));
writeFileSync(out, text);
console.log(`${out}: ${Math.round(text.length / 1024)} KB, ${Object.keys(kinds).length} kinds, ${api.length} resources`);
