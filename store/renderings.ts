// Renderings by content, in a file of their own that may be deleted at any time. Each is checked when it is read.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Rendered, RenderStore } from '../src/domain/ports.js';
import { type Database, openDatabase } from './database.js';

export interface RenderStoreOptions {
  /** What renders: with another one, nothing of what was kept counts. */
  readonly generation: string;
  readonly maxBytes?: number;
  now(): number;
}

const MAX_BYTES = 256 * 2 ** 20;
const MAX_ONE_BYTES = 16 * 2 ** 20;
/** Beyond the limit, the ones that were not used longest go, down to this part of it. */
const KEPT_PART = 0.8;
const USED_STEP_MS = 3_600_000;
const MIGRATIONS = [
  `CREATE TABLE rendering (
     key BLOB PRIMARY KEY,
     used_at INTEGER NOT NULL,
     digest BLOB NOT NULL,
     body BLOB NOT NULL
   ) WITHOUT ROWID, STRICT;
   CREATE INDEX rendering_used ON rendering (used_at);`,
];

/** Opens or creates the file. Throws IoError. */
export function openRenderStore(file: string, options: RenderStoreOptions): RenderStore & { close(): void } {
  const database = openDatabase(file, { migrations: MIGRATIONS });
  const keyOf = (key: string) => createHash('sha256').update(options.generation).update('\0').update(key).digest();
  let bytes = Number(database.get<{ sum: number | null }>('SELECT sum(length(body)) AS sum FROM rendering')?.sum ?? 0);
  return {
    read(key) {
      const id = keyOf(key);
      const row = database.get<Row>('SELECT used_at, digest, body FROM rendering WHERE key = ?', id);
      if (!row) return undefined;
      const found = opened(row);
      if (!found) database.run('DELETE FROM rendering WHERE key = ?', id);
      else if (options.now() - Number(row.used_at) > USED_STEP_MS)
        database.run('UPDATE rendering SET used_at = ? WHERE key = ?', options.now(), id);
      return found;
    },
    keep(key, rendered) {
      if (rendered.problems.length > 0 || holdsSecret(rendered)) return;
      const text = Buffer.from(JSON.stringify(rendered));
      if (text.length > MAX_ONE_BYTES) return;
      const body = deflateRawSync(text, { level: 1 });
      const digest = createHash('sha256').update(body).digest();
      database.run(
        'INSERT OR REPLACE INTO rendering (key, used_at, digest, body) VALUES (?, ?, ?, ?)',
        keyOf(key),
        options.now(),
        digest,
        body,
      );
      bytes += body.length;
      if (bytes > (options.maxBytes ?? MAX_BYTES)) bytes = trimmed(database, (options.maxBytes ?? MAX_BYTES) * KEPT_PART);
    },
    close: () => database.close(),
  };
}

interface Row {
  readonly used_at: number;
  readonly digest: Buffer;
  readonly body: Buffer;
}

/** undefined for what is not what was written. */
function opened({ digest, body }: Row): Rendered | undefined {
  if (!createHash('sha256').update(body).digest().equals(digest)) return undefined;
  return JSON.parse(inflateRawSync(body, { maxOutputLength: MAX_ONE_BYTES }).toString('utf8')) as Rendered;
}

/** Secret values stay in memory. */
function holdsSecret({ manifests }: Rendered): boolean {
  return manifests.some((manifest) => manifest.kind === 'Secret' || JSON.stringify(manifest).includes('"kind":"Secret"'));
}

/** Deletes what was not used longest; gives the bytes that are left. */
function trimmed(database: Database, limit: number): number {
  return database.transaction(() => {
    let left = Number(database.get<{ sum: number | null }>('SELECT sum(length(body)) AS sum FROM rendering')?.sum ?? 0);
    for (const { key, size } of database.all<{ key: Buffer; size: number }>(
      'SELECT key, length(body) AS size FROM rendering ORDER BY used_at',
    )) {
      if (left <= limit) break;
      database.run('DELETE FROM rendering WHERE key = ?', key);
      left -= Number(size);
    }
    return left;
  });
}
