// The difference of one object as lines: first what changed by field and by whom, then the text of both sides.

import { unified } from '../../src/core/diff/unified.js';
import { shortAge } from '../../src/core/duration.js';
import type { FieldChange, ResourceDiff } from '../../src/domain/comparison.js';
import { yamlLines } from '../yaml-lines.js';

export interface Side {
  readonly number: number;
  readonly text: string;
  /** The part that differs from the other side: from, to. */
  readonly changed?: readonly [number, number];
}

export type DiffRow =
  | { readonly kind: 'field'; readonly path: string; readonly live: string; readonly target: string; readonly by: string }
  | { readonly kind: 'rule' }
  | { readonly kind: 'fold'; readonly count: number }
  | { readonly kind: 'same'; readonly live: Side; readonly target: Side }
  | { readonly kind: 'removed'; readonly live: Side }
  | { readonly kind: 'added'; readonly target: Side }
  /** Side by side only: a line of each side. */
  | { readonly kind: 'changed'; readonly live?: Side; readonly target?: Side };

const MAX_VALUE = 200;

/** Added and removed lines of a difference. */
export function countsOf(diff: ResourceDiff): { readonly added: number; readonly removed: number } {
  let [added, removed] = [0, 0];
  for (const row of textRows(diff)) {
    if (row.kind === 'added') added++;
    else if (row.kind === 'removed') removed++;
  }
  return { added, removed };
}

export interface RowOptions {
  /** Unchanged lines around a change. */
  readonly context: number;
  readonly unfolded: boolean;
  readonly sideBySide: boolean;
}

export function diffRows(diff: ResourceDiff, options: RowOptions, nowMs?: number): DiffRow[] {
  const fields = diff.fields.map((field) => fieldRow(field, nowMs));
  const text = options.unfolded ? textRows(diff) : folded(textRows(diff), options.context);
  const shown = options.sideBySide ? paired(text) : text;
  return fields.length > 0 ? [...fields, { kind: 'rule' }, ...shown] : [...shown];
}

function fieldRow({ path, live, target, by }: FieldChange, nowMs: number | undefined): DiffRow {
  const at = by?.at === undefined || nowMs === undefined ? '' : `, ${shortAge(nowMs - Date.parse(by.at))} ago`;
  return { kind: 'field', path, live: valueText(live), target: valueText(target), by: by ? `${by.manager}${at}` : '' };
}

function valueText(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

const known = new WeakMap<ResourceDiff, readonly DiffRow[]>();

/** All lines of both sides, with the parts that differ. Made once. */
function textRows(diff: ResourceDiff): readonly DiffRow[] {
  let rows = known.get(diff);
  if (!rows) {
    const live = diff.live ? yamlLines(diff.live) : [];
    const target = diff.target ? yamlLines(diff.target) : [];
    rows = withParts(numbered(unified(live.join('\n'), target.join('\n'), { context: Number.MAX_SAFE_INTEGER })));
    known.set(diff, rows);
  }
  return rows;
}

function numbered(lines: readonly string[]): DiffRow[] {
  let [left, right] = [0, 0];
  return lines
    .filter((line) => !line.startsWith('@@'))
    .map((line): DiffRow => {
      const text = line.slice(1);
      if (line[0] === '-') return { kind: 'removed', live: { number: ++left, text } };
      if (line[0] === '+') return { kind: 'added', target: { number: ++right, text } };
      return { kind: 'same', live: { number: ++left, text }, target: { number: ++right, text } };
    });
}

/** Where as many lines were removed as added, each pair is compared by its beginning and its end. */
function withParts(rows: readonly DiffRow[]): DiffRow[] {
  const out = [...rows];
  for (let at = 0; at < out.length; at++) {
    if (out[at]?.kind !== 'removed') continue;
    let removed = 0;
    while (out[at + removed]?.kind === 'removed') removed++;
    let added = 0;
    while (out[at + removed + added]?.kind === 'added') added++;
    for (let i = 0; i < Math.min(removed, added); i++) {
      const a = out[at + i] as Extract<DiffRow, { kind: 'removed' }>;
      const b = out[at + removed + i] as Extract<DiffRow, { kind: 'added' }>;
      const part = differing(a.live.text, b.target.text);
      if (!part) continue;
      out[at + i] = { kind: 'removed', live: { ...a.live, changed: part.left } };
      out[at + removed + i] = { kind: 'added', target: { ...b.target, changed: part.right } };
    }
    at += removed + added - 1;
  }
  return out;
}

/** What stands between the common beginning and the common end; undefined where too little is common to be one line changed. */
function differing(a: string, b: string): { readonly left: [number, number]; readonly right: [number, number] } | undefined {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  if (a.slice(0, start).trim() === '' && end === 0) return undefined;
  return { left: [start, a.length - end], right: [start, b.length - end] };
}

function folded(rows: readonly DiffRow[], context: number): DiffRow[] {
  const near = new Uint8Array(rows.length);
  rows.forEach((row, i) => {
    if (row.kind !== 'same') near.fill(1, Math.max(0, i - context), Math.min(rows.length, i + context + 1));
  });
  const out: DiffRow[] = [];
  let hidden = 0;
  rows.forEach((row, i) => {
    if (!near[i]) {
      hidden++;
      return;
    }
    if (hidden > 0) out.push({ kind: 'fold', count: hidden });
    hidden = 0;
    out.push(row);
  });
  if (hidden > 0) out.push({ kind: 'fold', count: hidden });
  return out;
}

/** Removed and added lines beside one another. */
function paired(rows: readonly DiffRow[]): DiffRow[] {
  const out: DiffRow[] = [];
  for (let at = 0; at < rows.length; at++) {
    const left: Side[] = [];
    const right: Side[] = [];
    let row = rows[at];
    while (row?.kind === 'removed' || row?.kind === 'added') {
      if (row.kind === 'removed') left.push(row.live);
      else right.push(row.target);
      row = rows[++at];
    }
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const [live, target] = [left[i], right[i]];
      out.push({ kind: 'changed', ...(live ? { live } : {}), ...(target ? { target } : {}) });
    }
    if (row) out.push(row);
  }
  return out;
}
