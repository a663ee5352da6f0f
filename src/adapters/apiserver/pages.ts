// Lists in pages. All pages of one list show the objects of one moment, whatever is written meanwhile.
import type { Manifest } from '../../domain/resource.js';
import { badRequest, expired } from './api-error.js';
import type { Context } from './context.js';
import { type ReadRequest, selectionOf } from './reader.js';

export interface Listed {
  readonly objects: readonly Manifest[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What one list found, kept for its later pages. */
interface Snapshot {
  readonly objects: readonly Manifest[];
  readonly revision: number;
}

/** Lists in progress; the oldest is forgotten first, and its next page is answered 410. */
const SNAPSHOTS_MOST = 64;
const snapshots = new WeakMap<object, Map<number, Snapshot>>();
let lastId = 0;

/** One page, in the order of namespace and name. */
export function list(context: Context, request: ReadRequest): Listed {
  const { api, query } = request;
  const token = query['continue'] ? readToken(query['continue']) : undefined;
  const limit = Number(query['limit'] ?? 0);
  const found: Snapshot = token
    ? snapshotOf(context, token.id)
    : {
        objects: context.store.list(api.group, api.kind, request.namespace || undefined).filter(selectionOf(request)),
        revision: context.store.revision,
      };
  const from = token?.from ?? 0;
  const to = limit > 0 ? from + limit : found.objects.length;
  const objects = from === 0 && to >= found.objects.length ? found.objects : found.objects.slice(from, to);
  const resourceVersion = String(found.revision);
  const remaining = found.objects.length - to;
  if (remaining <= 0) return { objects, metadata: { resourceVersion } };
  const next = writeToken({ id: token?.id ?? keep(context, found), from: to });
  return { objects, metadata: { resourceVersion, continue: next, remainingItemCount: remaining } };
}

function keep(context: Context, snapshot: Snapshot): number {
  const kept = snapshots.get(context.store) ?? new Map<number, Snapshot>();
  snapshots.set(context.store, kept);
  kept.set(++lastId, snapshot);
  for (const id of kept.keys()) {
    if (kept.size <= SNAPSHOTS_MOST) break;
    kept.delete(id);
  }
  return lastId;
}

function snapshotOf(context: Context, id: number): Snapshot {
  const found = snapshots.get(context.store)?.get(id);
  if (!found) throw expired('The provided continue parameter is too old to display a consistent list result. Start a new list');
  return found;
}

interface Token {
  readonly id: number;
  /** Index of the first object of the next page. */
  readonly from: number;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
    if (Number.isInteger(token.id) && Number.isInteger(token.from) && token.from >= 0) return token;
  } catch {
    // falls through to the refusal: a token that is not ours
  }
  throw badRequest('continue key is not valid');
}
