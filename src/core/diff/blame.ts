// Who wrote a live field last: walks the managedFields of an object along a path.
import type { FieldChange } from '../../domain/comparison.js';
import type { Manifest } from '../../domain/resource.js';
import { EMPTY, type FieldSet, isMember } from '../merge/field-set.js';
import { fieldElement } from '../merge/granular.js';
import { type Manager, managersOf } from '../merge/managers.js';
import { isRecord, type JsonRecord, own, sameJson } from '../merge/record.js';

type Writer = NonNullable<FieldChange['by']>;

/** A place in an object, and who owns it. */
export interface Blame {
  field(key: string): Blame;
  item(item: JsonRecord): Blame;
  who(): Writer | undefined;
}

interface Trace {
  readonly manager: Manager;
  /** undefined: the owner owns a part above as a whole. */
  readonly node: FieldSet | undefined;
}

export function blameOf(live: Manifest): Blame {
  return place(managersOf(live).map((manager) => ({ manager, node: manager.set })));
}

function place(traces: readonly Trace[]): Blame {
  return {
    field: (key) => place(follow(traces, (node) => node[fieldElement(key)])),
    item: (item) => place(follow(traces, (node) => itemNode(node, item))),
    who: () => newest(traces),
  };
}

function follow(traces: readonly Trace[], step: (node: FieldSet) => FieldSet | undefined): readonly Trace[] {
  return traces.flatMap(({ manager, node }): Trace[] => {
    if (node === undefined) return [{ manager, node }];
    const next = step(node);
    if (next === undefined) return [];
    return [{ manager, node: Object.keys(next).length === 0 ? undefined : next }];
  });
}

/** The node of the item with these keys; a key that the item leaves out may have its default. */
function itemNode(node: FieldSet, item: JsonRecord): FieldSet | undefined {
  for (const element in node) {
    if (!element.startsWith('k:')) continue;
    const keys: unknown = JSON.parse(element.slice(2));
    if (isRecord(keys) && Object.keys(keys).every((key) => own(item, key) === undefined || sameJson(item[key], keys[key])))
      return node[element] ?? EMPTY;
  }
  return undefined;
}

function newest(traces: readonly Trace[]): Writer | undefined {
  let best: Manager | undefined;
  for (const { manager, node } of traces) {
    if (node !== undefined && !isMember(node)) continue;
    if (best === undefined || (manager.entry.time ?? '') > (best.entry.time ?? '')) best = manager;
  }
  if (best === undefined) return undefined;
  const { manager, time, operation } = best.entry;
  return { manager: manager ?? '', ...(time ? { at: time } : {}), ...(operation ? { operation } : {}) };
}
