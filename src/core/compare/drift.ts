// What one comparison says about drift: what began, what became something else, what ended and how.
import type { ComparedResource, ResourceDiff } from '../../domain/comparison.js';
import type { Drift, DriftEnd, DriftKind } from '../../domain/drift.js';
import { type ResourceId, resourceId } from '../../domain/resource.js';
import { sameJson } from '../merge/record.js';

/** An open entry, with what was seen when it was looked at last; after a restart that is not known. */
export interface OpenDrift {
  readonly drift: Drift;
  readonly target?: string;
  readonly live?: string;
}

export interface DriftLook {
  readonly open: readonly OpenDrift[];
  readonly resources: readonly ComparedResource[];
  /** What is compared with is what was synced last: only then is a difference a drift. */
  readonly isSynced: boolean;
  /** Whether the application ever applied the object. */
  wasApplied(id: ResourceId): boolean;
  diffOf(resource: ComparedResource): ResourceDiff;
  /** Equal while the side stays as it is. */
  printOf(resource: ComparedResource, side: 'target' | 'live'): string;
  /** The last real operation that succeeded. */
  readonly last?: { readonly id: number; readonly trigger: string; readonly actor: string };
  readonly nowMs: number;
}

export interface DriftFound {
  readonly resource: ComparedResource;
  readonly kind: DriftKind;
  readonly fields: readonly string[];
  readonly by: string;
  readonly sinceMs: number;
}

export interface DriftNews {
  readonly begin: readonly DriftFound[];
  readonly widen: readonly { readonly open: OpenDrift; readonly found: DriftFound }[];
  readonly end: readonly { readonly open: OpenDrift; readonly end: DriftEnd; readonly byOperation: boolean }[];
}

const MOST_FIELDS = 20;

export function driftNews(look: DriftLook): DriftNews {
  const known = new Map(look.open.map((open) => [resourceId(open.drift.key), open]));
  const differing = new Map(look.resources.filter(differs).map((resource) => [resourceId(resource.key), resource]));
  const begin = [...differing]
    .filter(([id, resource]) => !known.has(id) && look.isSynced && isDrift(look, id, resource))
    .map(([, resource]) => found(look, resource));
  const widen = [...differing].flatMap(([id, resource]) => {
    const open = known.get(id);
    if (!open) return [];
    const now = found(look, resource);
    return sameJson(now.fields, open.drift.fields) && now.kind === open.drift.kind ? [] : [{ open, found: now }];
  });
  const all = new Map(look.resources.map((resource) => [resourceId(resource.key), resource]));
  const end = [...known].filter(([id]) => !differing.has(id)).map(([id, open]) => ({ open, ...endOf(look, open, all.get(id)) }));
  return { begin, widen, end };
}

function differs({ sync, hook, ignored }: ComparedResource): boolean {
  return sync === 'OutOfSync' && !hook && !ignored;
}

/** What Git has dropped and nobody pruned is no drift: it was applied once. */
function isDrift({ wasApplied }: DriftLook, id: ResourceId, { change }: ComparedResource): boolean {
  return change === 'prune' ? !wasApplied(id) : wasApplied(id);
}

function found({ diffOf, nowMs }: DriftLook, resource: ComparedResource): DriftFound {
  const kind: DriftKind = resource.change === 'create' ? 'missing' : resource.change === 'prune' ? 'extra' : 'changed';
  const fields = kind === 'changed' ? diffOf(resource).fields : [];
  const writers = fields.flatMap(({ by }) => (by ? [by] : []));
  const newest = writers.sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''))[0];
  const atMs = newest?.at === undefined ? Number.NaN : Date.parse(newest.at);
  const sinceMs = Number.isNaN(atMs) ? nowMs : Math.min(atMs, nowMs);
  return { resource, kind, fields: fields.slice(0, MOST_FIELDS).map(({ path }) => path), by: newest?.manager ?? '', sinceMs };
}

function endOf(look: DriftLook, open: OpenDrift, resource: ComparedResource | undefined): { end: DriftEnd; byOperation: boolean } {
  const { last } = look;
  const byOperation = last !== undefined && last.id > (open.drift.after ?? 0);
  const operated: DriftEnd = last?.trigger === 'self-heal' ? 'healed' : 'synced';
  if (!resource) return { end: 'removed', byOperation };
  if (open.live !== undefined && look.printOf(resource, 'live') === open.live) {
    const moved = open.target !== look.printOf(resource, 'target');
    return { end: moved ? 'adopted' : 'ignored', byOperation: false };
  }
  return byOperation ? { end: operated, byOperation } : { end: 'undone', byOperation: false };
}
