// Reads the types of a cluster's kinds. OpenAPI v3 has one document per group version, named by its content hash, so
// clusters of one version share what was read once; v2 is the fall-back and comes as one document.
import { IoError } from '../../domain/problem.js';
import type { TypeTable } from '../../domain/schema.js';
import { joinTables, type Schema, typesOfSchemas } from './openapi-types.js';
import type { Requester } from './requester.js';

export interface Types {
  /** Types of the given group versions ('apps/v1', 'v1'), or of all. Throws IoError. */
  read(signal?: AbortSignal, only?: readonly string[]): Promise<TypeTable>;
  /** Discovery changed: look at the index again. Documents whose hash stayed are not read again. */
  forget(): void;
}

/** Converted documents by their address with its hash, and what was joined of them: shared by all clusters of the process. */
const converted = new Map<string, TypeTable>();
const CONVERTED_LIMIT = 500;
const joined = new Map<string, TypeTable>();
const JOINED_LIMIT = 50;
/** Documents that some cluster is reading now. */
const reading = new Map<string, Promise<TypeTable>>();
/** How long a cluster waits for what another one reads, before it reads for itself: a slow one must not hold the others up. */
const PATIENCE_MS = 500;
/** Documents that are read at the same time. */
const SIDE_BY_SIDE = 4;

type Index = ReadonlyMap<string, string> | 'v2';

export function createTypes(requester: Requester): Types {
  let index: Promise<Index> | undefined;
  const tables = new Map<string, Promise<TypeTable>>();
  const own = new Map<string, TypeTable>();

  const tableOf = (url: string, signal?: AbortSignal) => {
    let pending = tables.get(url);
    if (!pending) {
      pending = readDocument(requester, url, signal);
      tables.set(url, pending);
      pending.catch(() => tables.delete(url));
    }
    return pending;
  };

  return {
    forget() {
      index = undefined;
      own.clear();
    },
    async read(signal, only) {
      if (!index) {
        index = readIndex(requester, signal);
        index.catch(() => {
          index = undefined;
        });
      }
      const known = await index;
      const urls = known === 'v2' ? ['/openapi/v2'] : wanted(known, only);
      const key = urls.join('\n');
      const shared = urls.every(isHashed) ? joined : own;
      const hit = shared.get(key);
      if (hit) return hit;
      const read = await inBatches(urls, (url) => tableOf(url, signal));
      const table = shared.get(key) ?? joinTables(read);
      if (shared.size >= JOINED_LIMIT) shared.clear();
      shared.set(key, table);
      return table;
    },
  };
}

function wanted(index: ReadonlyMap<string, string>, only: readonly string[] | undefined): string[] {
  if (!only) return [...index.values()];
  return [...new Set(only)].flatMap((groupVersion) => index.get(groupVersion) ?? []);
}

/** Addresses of the v3 documents by group version; 'v2' where the server has no v3. */
async function readIndex(requester: Requester, signal?: AbortSignal): Promise<Index> {
  const response = await requester.read({ path: '/openapi/v3' }, { doing: 'read the index of types', signal, expect: [404, 403] });
  if (response.status !== 200) return 'v2';
  const { paths = {} } = indexBody(response.body) as { paths?: Record<string, { serverRelativeURL?: string }> };
  const index = new Map<string, string>();
  for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
    const match = /^(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
    if (!match) continue;
    const [, group, version] = match;
    index.set(group === undefined ? String(version) : `${group}/${version}`, serverRelativeURL ?? `/openapi/v3/${path}`);
  }
  return index;
}

/** kube-apiserver sends the index as text/plain. */
function indexBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new IoError('Cannot read the index of types: it is not JSON', { retry: 'backoff', cause: error });
  }
}

function isHashed(url: string): boolean {
  return url.includes('hash=');
}

/** One document. Of clusters that start together, one reads what they share. */
async function readDocument(requester: Requester, url: string, signal?: AbortSignal): Promise<TypeTable> {
  if (!isHashed(url)) return convertDocument(requester, url, signal);
  const known = converted.get(url) ?? (await othersRead(requester, url));
  if (known) return known;
  const own = convertDocument(requester, url, signal);
  reading.set(url, own);
  try {
    const table = await own;
    if (converted.size >= CONVERTED_LIMIT) converted.clear();
    converted.set(url, table);
    return table;
  } finally {
    if (reading.get(url) === own) reading.delete(url);
  }
}

/** What another cluster is reading, if it succeeds soon. */
async function othersRead({ clock }: Requester, url: string): Promise<TypeTable | undefined> {
  const others = reading.get(url);
  if (!others) return undefined;
  const enough = new AbortController();
  const late = clock.sleep(PATIENCE_MS, enough.signal).then(() => undefined);
  const table = await Promise.race([others.catch(() => undefined), late]);
  enough.abort();
  return table;
}

async function convertDocument(requester: Requester, url: string, signal?: AbortSignal): Promise<TypeTable> {
  const [path = '', search = ''] = url.split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const { body } = await requester.read({ path, query, headers: { accept: 'application/json' } }, { doing: `read types ${path}`, signal });
  const document = body as { components?: { schemas?: Record<string, Schema> }; definitions?: Record<string, Schema> };
  return typesOfSchemas(document.components?.schemas ?? document.definitions ?? {});
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += SIDE_BY_SIDE) {
    results.push(...(await Promise.all(items.slice(at, at + SIDE_BY_SIDE).map(work))));
  }
  return results;
}
