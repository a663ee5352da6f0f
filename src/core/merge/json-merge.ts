// JSON Merge Patch (RFC 7396), and the three-way patch that client-side apply sends for kinds without strategic merge.
import { isEmptyRecord, isRecord, type JsonRecord, own, put, sameJson } from './record.js';

/** The target with the patch applied: null removes, objects merge, everything else replaces. */
export function jsonMerge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const out: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete out[key];
    else if (value !== undefined) put(out, key, jsonMerge(own(out, key), value));
  }
  return out;
}

/** The merge patch that turns `from` into `to`. */
export function jsonMergePatch(from: unknown, to: unknown): JsonRecord {
  const before = isRecord(from) ? from : {};
  const after = isRecord(to) ? to : {};
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) {
    if (own(after, key) === undefined) put(patch, key, null);
  }
  for (const key of Object.keys(after)) {
    const old = own(before, key);
    const value = after[key];
    if (value === undefined || sameJson(old, value)) continue;
    put(patch, key, isRecord(old) && isRecord(value) ? jsonMergePatch(old, value) : value);
  }
  return patch;
}

export interface ThreeVersions {
  /** What was applied last. */
  readonly original: unknown;
  /** What is wanted now. */
  readonly modified: unknown;
  /** What is live. */
  readonly current: unknown;
}

/** The patch for live: removes what was applied and is wanted no more, sets what is wanted and differs. */
export function threeWayJsonMerge({ original, modified, current }: ThreeVersions): unknown {
  const removals = keep(jsonMergePatch(original, modified), true);
  const additions = keep(jsonMergePatch(current, modified), false);
  return combine(removals, additions);
}

/** Only the nulls of a patch, or all but them; objects that become empty go, unless they are values themselves. */
function keep(patch: JsonRecord, nulls: boolean): JsonRecord {
  const out: Record<string, unknown> = {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (isRecord(value)) {
      const inner = keep(value, nulls);
      if (!isEmptyRecord(inner) || (!nulls && isEmptyRecord(value))) put(out, key, inner);
    } else if ((value === null) === nulls) {
      put(out, key, value);
    }
  }
  return out;
}

function combine(a: JsonRecord, b: JsonRecord): JsonRecord {
  const out: Record<string, unknown> = { ...a };
  for (const key of Object.keys(b)) {
    const mine = own(a, key);
    const theirs = b[key];
    put(out, key, isRecord(mine) && isRecord(theirs) ? combine(mine, theirs) : theirs);
  }
  return out;
}
