// RespectIgnoreDifferences (behaviour 2.4): what the ignore rules name is applied as it is live, so that a sync does not put it back.
import type { Manifest } from '../../domain/resource.js';
import { isRecord, sameJson } from '../merge/record.js';

/**
 * The target with the live values of all ignored fields; the same target where nothing is ignored in either. An ignored field that is not
 * live is left out. `ignored` takes the ignored fields out of an object. The status is never taken over.
 */
export function respected(target: Manifest, live: Manifest, ignored: (object: Manifest) => Manifest): Manifest {
  const { status: _, ...alive } = live;
  const sides = { target, live: alive, targetLeft: ignored(target), liveLeft: withoutStatus(ignored(live)) };
  if (sameJson(sides.target, sides.targetLeft) && sameJson(sides.live, sides.liveLeft)) return target;
  return grafted(sides) as Manifest;
}

interface Sides {
  readonly target: unknown;
  readonly live: unknown;
  /** Both without what is ignored. */
  readonly targetLeft: unknown;
  readonly liveLeft: unknown;
}

function grafted({ target, live, targetLeft, liveLeft }: Sides): unknown {
  if (sameJson(live, liveLeft) && sameJson(target, targetLeft)) return target;
  if (isRecord(target) && isRecord(live)) return graftedFields({ target, live, targetLeft, liveLeft });
  if (Array.isArray(target) && Array.isArray(live)) return graftedItems(target, live, { targetLeft, liveLeft });
  return target;
}

function graftedFields({ target, live, targetLeft, liveLeft }: Sides): Record<string, unknown> {
  const [wanted, alive] = [target as Record<string, unknown>, live as Record<string, unknown>];
  const [kept, aliveKept] = [recordOf(targetLeft), recordOf(liveLeft)];
  const out: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(alive)])) {
    const isIgnored = (key in wanted && !(key in kept)) || (key in alive && !(key in aliveKept));
    if (isIgnored) {
      if (key in alive) out[key] = alive[key];
    } else if (key in wanted) {
      out[key] =
        key in alive ? grafted({ target: wanted[key], live: alive[key], targetLeft: kept[key], liveLeft: aliveKept[key] }) : kept[key];
    }
  }
  return out;
}

/** Items with a name belong together by it, others by their place; items that are ignored as a whole come from what is live. */
function graftedItems(target: readonly unknown[], live: readonly unknown[], left: { targetLeft: unknown; liveLeft: unknown }): unknown[] {
  const [kept, aliveKept] = [listOf(left.targetLeft), listOf(left.liveLeft)];
  if (kept.length !== target.length || aliveKept.length !== live.length)
    return [...kept, ...live.filter((item) => !aliveKept.some((each) => sameJson(each, item)))];
  return target.map((item, i) => {
    const name = nameOf(item);
    const at = name === undefined ? i : live.findIndex((each) => nameOf(each) === name);
    return at < 0 || at >= live.length ? kept[i] : grafted({ target: item, live: live[at], targetLeft: kept[i], liveLeft: aliveKept[at] });
  });
}

function nameOf(item: unknown): unknown {
  return isRecord(item) ? item['name'] : undefined;
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function withoutStatus({ status: _, ...rest }: Manifest): Record<string, unknown> {
  return rest;
}
