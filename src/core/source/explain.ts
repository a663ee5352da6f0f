// Which file or parameter each value of a chart came from: layers one over the other, as Helm merges them.
import { isRecord } from '../merge/record.js';

export interface ValueLayer {
  /** 'values.yaml of the chart', a value file, 'helm.valuesObject', a parameter. */
  readonly from: string;
  /** A tree of values; or one value at a path, as a parameter sets it. */
  readonly values: unknown;
  readonly at?: string;
}

export interface ValueOrigin {
  /** 'image.tag', 'hosts[0].name'. */
  readonly path: string;
  readonly value: unknown;
  readonly from: string;
  /** What it was before, from the lowest layer up. */
  readonly hides: readonly { readonly value: unknown; readonly from: string }[];
}

/** Every value that the chart sees, in the order of its paths. Maps are merged, lists replaced, null takes a value away. */
export function originsOf(layers: readonly ValueLayer[]): readonly ValueOrigin[] {
  const found = new Map<string, ValueOrigin>();
  for (const { from, values, at } of layers) {
    if (at === undefined) place(found, { from, path: '', value: values });
    else place(found, { from, path: at, value: values });
  }
  return [...found.values()].filter(({ value }) => value !== null).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function place(found: Map<string, ValueOrigin>, { from, path, value }: { from: string; path: string; value: unknown }): void {
  if (isRecord(value) && Object.keys(value).length > 0) {
    found.delete(path);
    for (const [key, inner] of Object.entries(value)) place(found, { from, path: path === '' ? key : `${path}.${key}`, value: inner });
    return;
  }
  if (path === '') return;
  const before = found.get(path);
  for (const known of found.keys()) if (known.startsWith(`${path}.`) || known.startsWith(`${path}[`)) found.delete(known);
  if (Array.isArray(value) && value.length > 0) {
    for (const [i, item] of value.entries()) place(found, { from, path: `${path}[${i}]`, value: item });
    return;
  }
  const hides = before ? [...before.hides, { value: before.value, from: before.from }] : [];
  found.set(path, { path, value, from, hides });
}
