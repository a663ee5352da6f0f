// Sets of field paths in the form in which managedFields holds them (FieldsV1): a tree whose keys are path elements,
// 'f:name', 'k:{"name":"a"}', 'v:"x"', 'i:0'. A node is a member of the set where it has a '.', or no child at all.
// The operations work on that form itself, change nothing, and return the same object where nothing is different.

export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A member without children; as a root, the empty set. */
export const LEAF: FieldSet = Object.freeze({});
export const EMPTY: FieldSet = LEAF;

const SELF = '.';

export function isEmptySet(set: FieldSet): boolean {
  for (const _ in set) return false;
  return true;
}

/** Whether the path to this node is itself in the set. */
export function isMember(node: FieldSet): boolean {
  return SELF in node || isEmptySet(node);
}

export function hasChildren(node: FieldSet): boolean {
  for (const element in node) if (element !== SELF) return true;
  return false;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  return unionNodes(a, b, false);
}

function unionNodes(a: FieldSet, b: FieldSet, member: boolean): FieldSet {
  let out: Record<string, FieldSet> | undefined;
  const write = () => {
    out ??= { ...a };
    return out;
  };
  if (member && !isMember(a) && isMember(b)) write()[SELF] = LEAF;
  if (member && isEmptySet(a) && !isEmptySet(b)) write()[SELF] = LEAF;
  for (const element in b) {
    if (element === SELF) continue;
    const mine = a[element];
    const joined = mine === undefined ? (b[element] as FieldSet) : unionNodes(mine, b[element] as FieldSet, true);
    if (joined !== mine) write()[element] = joined;
  }
  return out ?? a;
}

/** Members of `a` that are not members of `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(a)) return EMPTY;
  if (isEmptySet(b)) return a;
  return differenceNodes(a, b, false) ?? EMPTY;
}

function differenceNodes(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  const inA = member && isMember(a);
  const stays = inA && !isMember(b);
  let changed = inA && !stays;
  const out: Record<string, FieldSet> = {};
  let children = 0;
  for (const element in a) {
    if (element === SELF) continue;
    const mine = a[element] as FieldSet;
    const theirs = b[element];
    const left = theirs === undefined ? mine : differenceNodes(mine, theirs, true);
    if (left !== mine) changed = true;
    if (left === undefined) continue;
    out[element] = left;
    children++;
  }
  if (!changed) return a;
  if (children === 0) return stays ? LEAF : undefined;
  return stays ? { [SELF]: LEAF, ...out } : out;
}

/** Members of both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return EMPTY;
  return intersectNodes(a, b, false) ?? EMPTY;
}

function intersectNodes(a: FieldSet, b: FieldSet, member: boolean): FieldSet | undefined {
  const out: Record<string, FieldSet> = {};
  let children = 0;
  for (const element in a) {
    const theirs = element === SELF ? undefined : b[element];
    const both = theirs && intersectNodes(a[element] as FieldSet, theirs, true);
    if (!both) continue;
    out[element] = both;
    children++;
  }
  const stays = member && isMember(a) && isMember(b);
  if (children === 0) return stays ? LEAF : undefined;
  return stays ? { [SELF]: LEAF, ...out } : out;
}

export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  let count = 0;
  for (const element in a) {
    const theirs = b[element];
    if (theirs === undefined || !sameSet(a[element] as FieldSet, theirs)) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** The set with its elements in the order in which the server writes them. */
export function sorted(set: FieldSet): FieldSet {
  const elements = Object.keys(set);
  if (elements.length === 0) return LEAF;
  const out: Record<string, FieldSet> = {};
  for (const element of elements.sort()) out[element] = sorted(set[element] as FieldSet);
  return out;
}

/** All members as lists of path elements, in order. */
export function membersOf(set: FieldSet, prefix: readonly string[] = []): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (const element of Object.keys(set).sort()) {
    if (element === SELF) continue;
    const node = set[element] as FieldSet;
    const path = [...prefix, element];
    if (isMember(node)) found.push(path);
    found.push(...membersOf(node, path));
  }
  return found;
}
