// The semantic view of a difference: one entry for each field that differs, items of lists by what people call them.
import type { FieldChange } from '../../domain/comparison.js';
import { isRecord, type JsonRecord, own, sameJson } from '../merge/record.js';
import type { Blame } from './blame.js';

/** Fields by which the items of a list are told apart, in order of preference; all items have to have it, and no two the same. */
const NAMES: readonly (readonly string[])[] = [
  ['name'],
  ['containerPort'],
  ['containerPort', 'protocol'],
  ['port'],
  ['port', 'protocol'],
  ['key'],
  ['mountPath'],
  ['devicePath'],
  ['host'],
  ['path'],
  ['type'],
  ['topologyKey', 'whenUnsatisfiable'],
  ['ip'],
  ['uid'],
];
const MAX_FIELDS = 1000;

/** Where two values differ, in the order of live's and then the target's fields. At most a thousand entries. */
export function fieldChangesBetween(live: unknown, target: unknown, blame?: Blame): readonly FieldChange[] {
  const found: FieldChange[] = [];
  walk({ live, target, path: '', blame }, found);
  return found;
}

interface Spot {
  readonly live: unknown;
  readonly target: unknown;
  readonly path: string;
  readonly blame: Blame | undefined;
}

function walk(spot: Spot, found: FieldChange[]): void {
  const { live, target, path, blame } = spot;
  if (found.length >= MAX_FIELDS || sameJson(live, target)) return;
  if (isRecord(live) && isRecord(target)) {
    for (const key of new Set([...Object.keys(live), ...Object.keys(target)])) {
      const next = { live: own(live, key), target: own(target, key), path: `${path}${fieldName(path, key)}`, blame: blame?.field(key) };
      walk(next, found);
    }
    return;
  }
  const names = Array.isArray(live) && Array.isArray(target) ? namesFor([live, target]) : undefined;
  if (names) {
    walkItems(spot, names, found);
    return;
  }
  const by = blame?.who();
  found.push({ path, ...(live === undefined ? {} : { live }), ...(target === undefined ? {} : { target }), ...(by ? { by } : {}) });
}

function walkItems(spot: Spot, names: readonly string[], found: FieldChange[]): void {
  const index = (items: unknown) => new Map((items as readonly JsonRecord[]).map((item) => [label(item, names), item]));
  const live = index(spot.live);
  const target = index(spot.target);
  const before = found.length;
  for (const id of new Set([...live.keys(), ...target.keys()])) {
    const item = (live.get(id) ?? target.get(id)) as JsonRecord;
    walk({ live: live.get(id), target: target.get(id), path: `${spot.path}[${id}]`, blame: spot.blame?.item(item) }, found);
  }
  if (found.length > before) return;
  const by = spot.blame?.who();
  found.push({ path: `${spot.path} (order)`, live: [...live.keys()], target: [...target.keys()], ...(by ? { by } : {}) });
}

function namesFor(lists: readonly (readonly unknown[])[]): readonly string[] | undefined {
  if (lists.every((list) => list.length === 0) || !lists.flat().every(isRecord)) return undefined;
  return NAMES.find((names) =>
    (lists as readonly (readonly JsonRecord[])[]).every((list) => {
      const labels = list.map((item) => (isScalar(own(item, names[0] as string)) ? label(item, names) : ''));
      return !labels.includes('') && new Set(labels).size === labels.length;
    }),
  );
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number';
}

/** 'name=api'; 'port=53,protocol=UDP'. A missing second name is left out. */
function label(item: JsonRecord, names: readonly string[]): string {
  return names
    .filter((name) => isScalar(own(item, name)))
    .map((name) => `${name}=${String(item[name])}`)
    .join(',');
}

function fieldName(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
  return path === '' ? key : `.${key}`;
}
