// The one door to SQLite. Opens a file safely (private, migrated, not damaged, not from the future) and turns the
// driver's errors into sentences.
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import Driver from 'better-sqlite3';
import { IoError } from '../src/domain/problem.js';
import { MIGRATIONS } from './migrations.js';

export type Value = string | number | bigint | Buffer | null;
type Parameters = readonly Value[];

export interface Database {
  readonly file: string;
  /** What the user has to be told about the opening: a damaged file that was set aside. */
  readonly notices: readonly string[];
  run(sql: string, ...parameters: Parameters): { changes: number; id: number };
  get<T>(sql: string, ...parameters: Parameters): T | undefined;
  all<T>(sql: string, ...parameters: Parameters): T[];
  /** Row by row; no other statement may run meanwhile. */
  each<T>(sql: string, ...parameters: Parameters): IterableIterator<T>;
  /** All or nothing. `durable`: on disk when it returns, whatever happens to the power. Nested calls join the outer one. */
  transaction<T>(work: () => T, options?: { durable?: boolean }): T;
  /** Gives up to so many free pages back to the file system. */
  shrink(pages: number): void;
  /** A copy without free pages, then `changes` made to the copy. The target must not exist. */
  copyTo(file: string, changes?: readonly string[]): void;
  close(): void;
}

export interface OpenOptions {
  /** How long to wait for another process that is writing. */
  readonly busyMs?: number;
  /** For the name of a damaged file; ms since the epoch. */
  readonly nowMs?: number;
  readonly migrations?: readonly string[];
}

const QUICKLY_CHECKED_BYTES = 64 * 2 ** 20;

/** Opens or creates the file. Throws IoError: not permitted, locked, from a newer version, disk full. */
export function openDatabase(file: string, options: OpenOptions = {}): Database {
  const path = file === ':memory:' ? file : resolve(file);
  const notices: string[] = [];
  if (path !== ':memory:') prepareFile(path);
  let driver: Driver.Database;
  try {
    driver = openChecked(path, options);
  } catch (error) {
    if (path === ':memory:' || !isDamage(error)) throw failure(error, path, 'open');
    notices.push(setAside(path, error, options.nowMs ?? Date.now()));
    prepareFile(path);
    driver = guarded(path, 'open', () => openChecked(path, options));
  }
  try {
    migrate(driver, path, options.migrations ?? MIGRATIONS);
  } catch (error) {
    driver.close();
    throw error;
  }
  return wrap(driver, path, notices);
}

/** Private from the first byte: SQLite gives its side files the mode of the main one. */
function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (existsSync(path)) chmodSync(path, 0o600);
    else closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new IoError(`Cannot open the database ${path}: ${words(error)}`, { retry: 'never', cause: error });
  }
}

function openChecked(path: string, { busyMs = 5000 }: OpenOptions): Driver.Database {
  const isDue = path !== ':memory:' && checkIsDue(path);
  const driver = new Driver(path, { timeout: busyMs });
  try {
    if (driver.pragma('user_version', { simple: true }) === 0) driver.pragma('auto_vacuum = INCREMENTAL');
    driver.pragma('journal_mode = WAL');
    driver.pragma('synchronous = NORMAL');
    driver.pragma('foreign_keys = ON');
    driver.pragma('trusted_schema = OFF');
    const check = isDue ? driver.pragma('quick_check(1)', { simple: true }) : 'ok';
    if (check !== 'ok') throw Object.assign(new Error(String(check)), { code: 'SQLITE_CORRUPT' });
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

/** Checking reads the whole file: always where that is quick, and otherwise only after a process that did not end well. */
function checkIsDue(path: string): boolean {
  const leftOver = existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0;
  return leftOver || statSync(path).size < QUICKLY_CHECKED_BYTES;
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB');
}

function setAside(path: string, error: unknown, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replace(/[:.]/g, '-');
  const aside = `${path}.damaged-${stamp}`;
  for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end);
  return `The database ${path} is damaged (${words(error)}): it was set aside as ${basename(aside)} and an empty one was begun. Restore a backup over it, or keep the new one`;
}

function migrate(driver: Driver.Database, path: string, migrations: readonly string[]): void {
  const version = Number(driver.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new IoError(
      `Cannot open the database ${path}: a newer Argosy wrote it (schema ${version}, this one knows ${migrations.length}); update Argosy, or choose another folder with --data`,
      { retry: 'never' },
    );
  }
  if (version === migrations.length) return;
  guarded(path, 'migrate', () =>
    driver
      .transaction(() => {
        // Read again: another process may have migrated while this one waited for its turn.
        const now = Number(driver.pragma('user_version', { simple: true }));
        for (const step of migrations.slice(now)) driver.exec(step);
        if (now < migrations.length) driver.pragma(`user_version = ${migrations.length}`);
      })
      .immediate(),
  );
}

function wrap(driver: Driver.Database, path: string, notices: readonly string[]): Database {
  const statements = new Map<string, Driver.Statement>();
  const prepared = (sql: string): Driver.Statement => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = driver.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const on = <T>(doing: string, work: () => T) => guarded(path, doing, work);
  return {
    file: path,
    notices,
    run: (sql, ...parameters) =>
      on('write to', () => {
        const { changes, lastInsertRowid } = prepared(sql).run(...parameters);
        return { changes, id: Number(lastInsertRowid) };
      }),
    get: <T>(sql: string, ...parameters: Parameters) => on('read', () => prepared(sql).get(...parameters) as T | undefined),
    all: <T>(sql: string, ...parameters: Parameters) => on('read', () => prepared(sql).all(...parameters) as T[]),
    each: <T>(sql: string, ...parameters: Parameters) => on('read', () => prepared(sql).iterate(...parameters) as IterableIterator<T>),
    transaction<T>(work: () => T, options: { durable?: boolean } = {}): T {
      if (driver.inTransaction) return work();
      return on('write to', () => {
        if (options.durable) driver.pragma('synchronous = FULL');
        try {
          return driver.transaction(work).immediate();
        } finally {
          if (options.durable) driver.pragma('synchronous = NORMAL');
        }
      });
    },
    // exec, because a single step of this pragma frees a single page.
    shrink: (pages) => on('shrink', () => void driver.exec(`PRAGMA incremental_vacuum(${Math.floor(pages)})`)),
    copyTo: (file, changes = []) => copyTo(driver, resolve(file), changes),
    close: () => driver.close(),
  };
}

function copyTo(driver: Driver.Database, file: string, changes: readonly string[]): void {
  if (existsSync(file)) throw new IoError(`Cannot export to ${file}: the file exists already`, { retry: 'never' });
  guarded(file, 'export to', () => {
    closeSync(openSync(file, 'wx', 0o600));
    driver.prepare('VACUUM INTO ?').run(file);
    const copy = new Driver(file);
    try {
      for (const sql of changes) copy.exec(sql);
      copy.exec('VACUUM');
    } finally {
      copy.close();
    }
  });
}

function guarded<T>(path: string, doing: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(error, path, doing);
  }
}

/** Only what SQLite or the file system said; our own mistakes (a wrong statement) stay what they are. */
function failure(error: unknown, path: string, doing: string): unknown {
  const code = codeOf(error);
  if (error instanceof IoError || (!code.startsWith('SQLITE_') && !/^E[A-Z]+$/.test(code)) || code === 'SQLITE_ERROR') return error;
  const retry = code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_FULL') ? 'backoff' : 'never';
  return new IoError(`Cannot ${doing} the database ${path}: ${words(error)}`, { retry, cause: error, reason: code });
}

const SENTENCES: readonly (readonly [string, string])[] = [
  ['SQLITE_BUSY', 'another process holds it locked; end that process, or choose another folder with --data'],
  ['SQLITE_LOCKED', 'it is locked; try again'],
  ['SQLITE_FULL', 'the disk is full; free some space'],
  ['ENOSPC', 'the disk is full; free some space'],
  ['SQLITE_READONLY', 'it is read-only; correct the permissions of the file and its folder'],
  ['SQLITE_PERM', 'it may not be accessed; correct the permissions of the file and its folder'],
  ['SQLITE_CANTOPEN', 'it cannot be opened; correct the path and the permissions of its folder'],
  ['EACCES', 'it may not be accessed; correct the permissions of the file and its folder'],
  ['EROFS', 'the file system is read-only; choose another folder with --data'],
  ['SQLITE_CORRUPT', 'it is damaged; start again, and it will be set aside'],
  ['SQLITE_NOTADB', 'it is not a SQLite database'],
  ['SQLITE_IOERR', 'the disk reported an error'],
];

function words(error: unknown): string {
  const code = codeOf(error);
  return SENTENCES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}
