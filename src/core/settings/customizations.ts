// resource.customizations: one YAML map, and one key per field and kind that overrides it (behaviour 2.5).
import { UserError } from '../../domain/problem.js';
import { parseYaml } from '../manifest/yaml.js';
import { isRecord, type JsonRecord } from '../merge/record.js';

/** What argocd-cm says about kinds. Group and kind are globs; scripts are carried along as they were written. */
export interface Customization {
  readonly group: string;
  readonly kind: string;
  readonly ignoreDifferences?: IgnoreFields;
  readonly ignoreResourceUpdates?: IgnoreFields;
  readonly healthLua?: string;
  readonly useOpenLibs?: boolean;
  readonly actions?: string;
  readonly knownTypeFields?: readonly { readonly field: string; readonly type: string }[];
}

export interface IgnoreFields {
  readonly jsonPointers: readonly string[];
  readonly jqPathExpressions: readonly string[];
  readonly managedFieldsManagers: readonly string[];
}

interface Complaint {
  readonly key: string;
  readonly message: string;
}

const PREFIX = 'resource.customizations';
/** Split keys: the name in the key, and the field of the map that it overrides. */
const FIELDS: Readonly<Record<string, string>> = {
  health: 'health.lua',
  useOpenLibs: 'health.lua.useOpenLibs',
  actions: 'actions',
  ignoreDifferences: 'ignoreDifferences',
  ignoreResourceUpdates: 'ignoreResourceUpdates',
  knownTypeFields: 'knownTypeFields',
};

/** `yaml` reads a key's value and reports what it cannot read itself. */
export function readCustomizations(
  data: Readonly<Record<string, string | undefined>>,
  yaml: (key: string) => unknown,
): { readonly customizations: readonly Customization[]; readonly complaints: readonly Complaint[] } {
  const complaints: Complaint[] = [];
  const byKind = new Map<string, Record<string, unknown>>();
  const blob = yaml(PREFIX);
  if (isRecord(blob)) {
    for (const [kind, fields] of Object.entries(blob)) if (isRecord(fields)) byKind.set(normalKind(kind), { ...fields });
  }
  for (const key of Object.keys(data).sort()) {
    if (!key.startsWith(`${PREFIX}.`)) continue;
    const [type = '', ...rest] = key.slice(PREFIX.length + 1).split('.');
    const field = FIELDS[type];
    if (field === undefined || rest.length === 0) {
      complaints.push({ key, message: `"${type}" is not one of ${Object.keys(FIELDS).join(', ')}; the setting is ignored` });
      continue;
    }
    const kind = kindOfKey(rest.join('.'));
    byKind.set(kind, { ...byKind.get(kind), [field]: data[key] });
  }
  const customizations = [...byKind].map(([kind, fields]) => customization(kind, fields, complaints));
  return { customizations, complaints };
}

/** 'apps_Deployment' -> 'apps/Deployment', 'ConfigMap' stays, 'all' -> every kind. */
function kindOfKey(name: string): string {
  if (name === 'all') return '*/*';
  const at = name.lastIndexOf('_');
  return at < 0 ? name : `${name.slice(0, at)}/${name.slice(at + 1)}`;
}

function normalKind(name: string): string {
  return name === 'all' ? '*/*' : name;
}

function customization(name: string, fields: JsonRecord, complaints: Complaint[]): Customization {
  const slash = name.lastIndexOf('/');
  const lua = fields['health.lua'];
  const known = parsed(fields['knownTypeFields'], name, complaints);
  const open = fields['health.lua.useOpenLibs'];
  const differences = ignoreFields(parsed(fields['ignoreDifferences'], name, complaints));
  const updates = ignoreFields(parsed(fields['ignoreResourceUpdates'], name, complaints));
  if (known !== undefined) {
    complaints.push({ key: `${PREFIX} ${name}`, message: 'knownTypeFields are not read, types come from the cluster; rule ignored' });
  }
  return {
    group: slash < 0 ? '' : name.slice(0, slash),
    kind: name.slice(slash + 1),
    ...(differences ? { ignoreDifferences: differences } : {}),
    ...(updates ? { ignoreResourceUpdates: updates } : {}),
    ...(typeof lua === 'string' ? { healthLua: lua } : {}),
    ...(open === true || open === 'true' ? { useOpenLibs: true } : {}),
    ...(typeof fields['actions'] === 'string' ? { actions: fields['actions'] } : {}),
    ...(Array.isArray(known) ? { knownTypeFields: known.filter(isTypeField) } : {}),
  };
}

function isTypeField(value: unknown): value is { field: string; type: string } {
  return isRecord(value) && typeof value['field'] === 'string' && typeof value['type'] === 'string';
}

/** Both forms occur: YAML text, as the settings have it, and the value itself. */
function parsed(value: unknown, kind: string, complaints: Complaint[]): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseYaml(value, `argocd-cm/${PREFIX} ${kind}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    complaints.push({ key: `${PREFIX} ${kind}`, message: `${error.message}; rule ignored` });
    return undefined;
  }
}

function ignoreFields(value: unknown): IgnoreFields | undefined {
  if (!isRecord(value)) return undefined;
  const strings = (list: unknown) => (Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : []);
  return {
    jsonPointers: strings(value['jsonPointers']),
    jqPathExpressions: strings(value['jqPathExpressions']),
    managedFieldsManagers: strings(value['managedFieldsManagers']),
  };
}
