// Unified text diff, as `diff -u` prints it.
import { diff } from 'fast-myers-diff';

export interface UnifiedOptions {
  /** Unchanged lines around a change; 3 by default. */
  readonly context?: number;
  /** Names for the two header lines; no header without them. */
  readonly from?: string;
  readonly to?: string;
}

/** A part that differs: lines of `a` from aStart to aEnd stand where lines of `b` from bStart to bEnd stand. */
interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Lines of the diff with ' ', '-' or '+' in front; empty where the texts are equal. */
export function unified(a: string, b: string, options: UnifiedOptions = {}): string[] {
  if (a === b) return [];
  const context = options.context ?? 3;
  const left = linesOf(a);
  const right = linesOf(b);
  const changes = [...diff(left, right)].map(([aStart, aEnd, bStart, bEnd]) => ({ aStart, aEnd, bStart, bEnd }));
  const header = options.from === undefined && options.to === undefined ? [] : [`--- ${options.from ?? ''}`, `+++ ${options.to ?? ''}`];
  const body = grouped(changes, context).flatMap((group) => printGroup(group, { left, right, context }));
  return body.length === 0 ? [] : [...header, ...body];
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Changes whose context touches belong together. */
function grouped(changes: readonly Hunk[], context: number): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    const previous = last?.at(-1);
    if (last && previous && change.aStart - previous.aEnd <= 2 * context) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

interface Texts {
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly context: number;
}

function printGroup(group: readonly Hunk[], { left, right, context }: Texts): string[] {
  const first = group[0] as Hunk;
  const last = group.at(-1) as Hunk;
  const before = Math.min(context, first.aStart);
  const after = Math.min(context, left.length - last.aEnd);
  const out: string[] = [];
  let at = first.aStart - before;
  for (const { aStart, aEnd, bStart, bEnd } of group) {
    for (; at < aStart; at++) out.push(` ${left[at]}`);
    for (; at < aEnd; at++) out.push(`-${left[at]}`);
    for (let i = bStart; i < bEnd; i++) out.push(`+${right[i]}`);
  }
  for (const end = at + after; at < end; at++) out.push(` ${left[at]}`);
  const a = range(first.aStart - before, last.aEnd + after);
  const b = range(first.bStart - before, last.bEnd + after);
  return [`@@ -${a} +${b} @@`, ...out];
}

/** 'start,count', with lines counted from 1; the count is left out where it is 1, and an empty range names the line before it. */
function range(start: number, end: number): string {
  const count = end - start;
  if (count === 1) return String(start + 1);
  return `${count === 0 ? start : start + 1},${count}`;
}
