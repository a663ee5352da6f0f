// Where our own API server keeps its objects. Secrets are sealed, each to its place, so that none can be read or moved.
import type { ObjectStorage } from '../src/domain/ports.js';
import type { Manifest } from '../src/domain/resource.js';
import type { Database } from './database.js';
import type { Vault } from './vault.js';

interface Row {
  key: string;
  sealed: number;
  body: Buffer;
}

/** Storage of one server; several servers share a database without seeing each other. */
export function createObjectStorage(database: Database, server: string, vault: Vault): ObjectStorage {
  const context = (key: string) => `${server}:${key}`;
  const store = (key: string, object: Manifest | undefined) => {
    if (!object) return void database.run('DELETE FROM objects WHERE server = ? AND key = ?', server, key);
    const text = JSON.stringify(object);
    const sealed = object.kind === 'Secret';
    database.run(
      'INSERT INTO objects (server, key, sealed, body) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sealed = excluded.sealed, body = excluded.body',
      server,
      key,
      sealed ? 1 : 0,
      sealed ? vault.seal(text, context(key)) : Buffer.from(text),
    );
  };
  return {
    *load() {
      for (const { key, sealed, body } of database.all<Row>(
        'SELECT key, sealed, body FROM objects WHERE server = ? ORDER BY key',
        server,
      )) {
        const text = sealed ? vault.open(body, context(key)) : body.toString('utf8');
        yield { key, object: JSON.parse(text) as Manifest };
      }
    },
    commit(changes, revision, { durable = () => true } = {}) {
      database.transaction(
        () => {
          for (const { key, object } of changes) store(key, object);
          database.run(
            'INSERT INTO servers (name, revision) VALUES (?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision',
            server,
            revision,
          );
        },
        { durable: durable() },
      );
    },
    revision: () => database.get<{ revision: number }>('SELECT revision FROM servers WHERE name = ?', server)?.revision ?? 0,
  };
}
