// Our API server over SQLite: what a client was told is what a restarted server has.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiServer } from '../../src/adapters/apiserver/server.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { type Database, openDatabase } from '../../store/database.js';
import { createObjectStorage } from '../../store/object-storage.js';
import { createVault } from '../../store/vault.js';
import { manualClock } from '../support/clock.js';
import { configMap, SERVER_SIDE } from './subject.js';

const INFO = { key: 'hub', server: 'https://hub', kind: 'embedded', labels: {}, annotations: {}, aliases: [] } as const;
const vault = createVault(Buffer.alloc(32, 3), 'a test key');
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'argosy-hub-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(database: Database) {
  const clock = manualClock();
  const storage = createObjectStorage(database, 'hub', vault);
  const server = createApiServer({ name: 'hub', storage, clock, random: Math.random, seed: 'hub' });
  const cluster = createCluster(INFO, server.transport(), { clock, random: Math.random });
  return { cluster, stop: () => server.close() };
}

describe('an API server over SQLite', () => {
  it('has after a restart what it had before: objects, versions, owners, custom kinds', async () => {
    const file = join(folder, 'hub.db');
    const first = openDatabase(file);
    const before = start(first);
    const made = await before.cluster.apply(configMap('default', 'one', { a: '1' }), SERVER_SIDE);
    const doomed = await before.cluster.apply(configMap('default', 'two'), SERVER_SIDE);
    await before.cluster.remove(
      { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'two' },
      doomed.metadata.uid ?? '',
      'background',
    );
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default' },
      stringData: { p: 'hunter2-in-the-hub' },
    };
    await before.cluster.apply(secret, SERVER_SIDE);
    const app = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: 'web', namespace: 'default' },
      spec: { destination: {}, project: 'default' },
    };
    await before.cluster.apply(app, { ...SERVER_SIDE, validate: false });
    await before.stop();
    first.close();
    expect(readFileSync(file).includes('hunter2-in-the-hub')).toBe(false);
    expect(readFileSync(file).includes(Buffer.from('hunter2-in-the-hub').toString('base64'))).toBe(false);

    const second = openDatabase(file);
    const after = start(second);
    expect(await after.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'one' })).toEqual(made);
    expect(await after.cluster.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'two' })).toBeUndefined();
    const restored = await after.cluster.get({ group: '', version: 'v1', kind: 'Secret', namespace: 'default', name: 's' });
    expect(restored?.['data']).toEqual({ p: Buffer.from('hunter2-in-the-hub').toString('base64') });
    expect(
      (await after.cluster.get({ group: 'argoproj.io', version: 'v1alpha1', kind: 'Application', namespace: 'default', name: 'web' }))?.[
        'spec'
      ],
    ).toMatchObject({ project: 'default' });
    const again = await after.cluster.apply(configMap('default', 'one', { a: '1' }), SERVER_SIDE);
    expect(again.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
    const next = await after.cluster.apply(configMap('default', 'three'), SERVER_SIDE);
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(restored?.metadata.resourceVersion));
    await after.stop();
    second.close();
  });
});
