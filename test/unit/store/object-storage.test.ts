import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../store/database.js';
import { createObjectStorage } from '../../../store/object-storage.js';
import { createVault } from '../../../store/vault.js';
import { folder, manifest, vault } from './support.js';

describe('object storage', () => {
  it('gives back what was committed, after a restart too', () => {
    const file = join(folder(), 'a.db');
    const database = openDatabase(file);
    const storage = createObjectStorage(database, 'hub', vault);
    expect([storage.revision(), [...storage.load()]]).toEqual([0, []]);
    const a = manifest('ConfigMap', 'a', { data: { ü: '\u0000' } });
    storage.commit(
      [
        { key: 'a', object: a },
        { key: 'b', object: manifest('ConfigMap', 'b') },
      ],
      7,
    );
    storage.commit([{ key: 'b' }, { key: 'c', object: manifest('Secret', 'c', { data: { x: 'eA==' } }) }], 9);
    const again = createObjectStorage(openDatabase(file), 'hub', vault);
    expect(again.revision()).toBe(9);
    expect([...again.load()]).toEqual([
      { key: 'a', object: a },
      { key: 'c', object: manifest('Secret', 'c', { data: { x: 'eA==' } }) },
    ]);
    expect([...createObjectStorage(database, 'other', vault).load()]).toEqual([]);
    database.close();
  });

  it('keeps a Secret unreadable in the file, and to another key', () => {
    const file = join(folder(), 'a.db');
    const database = openDatabase(file);
    createObjectStorage(database, 'hub', vault).commit(
      [{ key: 'secret-key', object: manifest('Secret', 's', { data: { p: 'aHVudGVyMg==' } }) }],
      1,
    );
    const wrong = createObjectStorage(database, 'hub', createVault(Buffer.alloc(32, 1), 'the key file'));
    expect(() => [...wrong.load()]).toThrow(/Cannot open the stored secret hub:secret-key: the key \(the key file\)/);
    database.close();
    expect(readFileSync(file).includes('aHVudGVyMg')).toBe(false);
    expect(readFileSync(file).includes('"kind"')).toBe(false);
  });

  it('commits all of a change or nothing', () => {
    const storage = createObjectStorage(openDatabase(':memory:'), 'hub', vault);
    const circular = manifest('ConfigMap', 'bad');
    circular['self'] = circular;
    expect(() =>
      storage.commit(
        [
          { key: 'a', object: manifest('ConfigMap', 'a') },
          { key: 'b', object: circular },
        ],
        3,
      ),
    ).toThrow();
    expect([[...storage.load()], storage.revision()]).toEqual([[], 0]);
  });
});
