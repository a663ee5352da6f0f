// A forest as indented lines with branches.
import { inertLine } from '../../core/inert.js';

export interface TreeItem {
  readonly id: string;
  readonly parent?: string | undefined;
}

/** One line per item, in the given order among brothers. An item whose parent is not there stands at the top. */
export function treeLines<T extends TreeItem>(
  items: readonly T[],
  label: (item: T) => string,
): { readonly line: string; readonly item: T }[] {
  const known = new Set(items.map(({ id }) => id));
  const children = new Map<string, T[]>();
  for (const item of items) {
    const parent = item.parent !== undefined && known.has(item.parent) && item.parent !== item.id ? item.parent : '';
    children.set(parent, [...(children.get(parent) ?? []), item]);
  }
  const lines: { line: string; item: T }[] = [];
  const seen = new Set<string>();
  const walk = (parent: string, indent: string): void => {
    const brothers = children.get(parent) ?? [];
    for (const [i, item] of brothers.entries()) {
      if (seen.has(item.id)) continue;
      seen.add(item.id);
      const last = i === brothers.length - 1;
      const branch = parent === '' ? '' : last ? '└─' : '├─';
      lines.push({ line: `${indent}${branch}${inertLine(label(item))}`, item });
      walk(item.id, parent === '' ? '' : `${indent}${last ? '  ' : '│ '}`);
    }
  };
  walk('', '');
  return lines;
}
