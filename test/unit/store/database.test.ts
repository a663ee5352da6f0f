import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Driver from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { IoError } from '../../../src/domain/problem.js';
import { openDatabase } from '../../../store/database.js';
import { MIGRATIONS } from '../../../store/migrations.js';
import { folder } from './support.js';

describe('opening a database', () => {
  it('makes a private folder and a private file', () => {
    const dir = join(folder(), 'data');
    const database = openDatabase(join(dir, 'argosy.db'));
    database.run('INSERT INTO facts (name, value) VALUES (?, ?)', 'a', 'b');
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(dir)) expect([name, statSync(join(dir, name)).mode & 0o077]).toEqual([name, 0]);
    database.close();
  });

  it('uses WAL, and FULL only inside a durable transaction', () => {
    const database = openDatabase(join(folder(), 'a.db'));
    const level = () => database.get<{ synchronous: number }>('PRAGMA synchronous')?.synchronous;
    expect(database.get<{ journal_mode: string }>('PRAGMA journal_mode')?.journal_mode).toBe('wal');
    expect(level()).toBe(1);
    expect(database.transaction(level, { durable: true })).toBe(2);
    expect(() =>
      database.transaction(
        () => {
          throw new Error('no');
        },
        { durable: true },
      ),
    ).toThrow('no');
    expect(level()).toBe(1);
    database.close();
  });

  it('rolls back everything of a transaction that fails', () => {
    const database = openDatabase(':memory:');
    const work = () => {
      database.run('INSERT INTO facts (name, value) VALUES (?, ?)', 'a', 'b');
      throw new Error('half way');
    };
    expect(() => database.transaction(work)).toThrow('half way');
    expect(database.all('SELECT * FROM facts')).toEqual([]);
  });

  it('adds only the missing steps to an older file', () => {
    const file = join(folder(), 'a.db');
    const first = openDatabase(file);
    first.run('INSERT INTO facts (name, value) VALUES (?, ?)', 'kept', 'yes');
    first.close();
    const second = openDatabase(file, { migrations: [...MIGRATIONS, 'CREATE TABLE later (a TEXT)'] });
    expect(second.get('SELECT value FROM facts')).toEqual({ value: 'yes' });
    expect(second.all('SELECT * FROM later')).toEqual([]);
    second.close();
    expect(() => openDatabase(file)).toThrow(
      `a newer Argosy wrote it (schema ${MIGRATIONS.length + 1}, this one knows ${MIGRATIONS.length})`,
    );
  });

  it('sets a damaged file aside, says so, and begins an empty one', () => {
    const dir = folder();
    const file = join(dir, 'a.db');
    writeFileSync(file, 'this was never a database, whatever its name says'.repeat(100));
    const database = openDatabase(file, { nowMs: Date.UTC(2026, 0, 2) });
    expect(database.notices).toHaveLength(1);
    expect(database.notices[0]).toMatch(/is damaged .* set aside as a\.db\.damaged-2026-01-02T00-00-00-000Z/);
    expect(readdirSync(dir)).toContain('a.db.damaged-2026-01-02T00-00-00-000Z');
    expect(database.all('SELECT * FROM facts')).toEqual([]);
    database.close();
  });

  it('finds damage inside a file whose header is whole', () => {
    const file = join(folder(), 'a.db');
    const first = openDatabase(file);
    for (let i = 0; i < 500; i++) first.run('INSERT INTO facts (name, value) VALUES (?, ?)', `name ${i}`, 'x'.repeat(200));
    first.close();
    const size = statSync(file).size;
    const handle = openSync(file, 'r+');
    writeSync(handle, Buffer.alloc(16_384, 0xff), 0, 16_384, size - 20_480);
    closeSync(handle);
    const database = openDatabase(file);
    expect(database.notices[0]).toContain('is damaged');
    database.close();
  });

  it('says who to look for when it is locked', () => {
    const file = join(folder(), 'a.db');
    const first = openDatabase(file);
    const other = new Driver(file);
    other.exec('BEGIN IMMEDIATE');
    const second = openDatabase(file, { busyMs: 20 });
    expect(() => second.transaction(() => second.run('DELETE FROM facts'))).toThrow(/another process holds it locked/);
    expect(() => second.transaction(() => second.run('DELETE FROM facts'))).toThrow(IoError);
    other.close();
    second.close();
    first.close();
  });

  it('says when the disk is full', () => {
    const database = openDatabase(join(folder(), 'a.db'));
    const pages = database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
    database.get(`PRAGMA max_page_count = ${pages + 1}`);
    const fill = () => database.transaction(() => database.run('INSERT INTO facts (name, value) VALUES (?, ?)', 'a', 'x'.repeat(100_000)));
    expect(fill).toThrow(/Cannot write to the database .*: the disk is full; free some space/);
    database.close();
  });

  it('refuses a path that cannot be used with the path in the sentence', () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    mkdirSync(join(dir, 'folder.db'));
    expect(() => openDatabase(join(dir, 'file', 'a.db'))).toThrow(/Cannot open the database .*file\/a\.db/);
    expect(() => openDatabase(join(dir, 'folder.db'))).toThrow(IoError);
  });
});
