// The ground of a story: real API servers with their controllers, a real database, one engine after the other, and time that is moved by hand.
import { memoryStorage } from '../../src/adapters/apiserver/memory-storage.js';
import { type ApiServer, createApiServer } from '../../src/adapters/apiserver/server.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { History } from '../../src/domain/history.js';
import type { Cluster, Engine } from '../../src/domain/ports.js';
import { createLocalEngine } from '../../src/engine/local.js';
import { DEFAULT_TIMINGS } from '../../src/engine/options.js';
import { type Database, openDatabase } from '../../store/database.js';
import { createHistory } from '../../store/history.js';
import { createVault } from '../../store/vault.js';
import { type ManualClock, manualClock } from '../support/clock.js';
import { noScripts } from '../support/fleet.js';
import { clockOf, historyOf, Life, rendererOf, sourcesOf, transportOf, type Weather } from './life.js';
import { type Chance, chanceOf } from './random.js';
import { Repository } from './repository.js';
import { Rules } from './rules.js';

export const CLUSTERS = ['one', 'two'] as const;

export interface Ground {
  readonly chance: Chance;
  readonly clock: ManualClock;
  readonly database: Database;
  readonly history: History;
  readonly servers: ReadonlyMap<string, ApiServer>;
  /** Ways to the servers that the engine knows nothing of. */
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly weather: ReadonlyMap<string, Weather>;
  readonly repository: Repository;
  readonly rules: Rules;
}

export function ground(seed: number): Ground {
  const chance = chanceOf(seed);
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const means = { clock, random: chance.next };
  const names = [...CLUSTERS, 'hub'];
  const servers = new Map(
    names.map((name) => [
      name,
      createApiServer({ name, storage: memoryStorage(), ...means, controllers: name !== 'hub', seed: name === 'hub' ? 'hub' : 'cluster' }),
    ]),
  );
  const clusters = new Map(names.map((name) => [name, clusterOf(name, servers.get(name) as ApiServer, means)]));
  const database = openDatabase(':memory:');
  const history = createHistory(database, { vault: createVault(Buffer.alloc(32, 7), 'test') });
  const repository = new Repository();
  const rules = new Rules({ history, repository, live: (name) => clusters.get(name) as Cluster });
  const weather = new Map(names.map((name): [string, Weather] => [name, { kind: 'fair' }]));
  return { chance, clock, database, history, servers, clusters, weather, repository, rules };
}

function clusterOf(name: string, server: ApiServer, means: { clock: ManualClock; random: () => number }): Cluster {
  const kind = name === 'hub' ? 'embedded' : 'sandbox';
  return createCluster({ key: name, server: `https://${name}`, kind, labels: {}, annotations: {}, aliases: [] }, server.transport(), means);
}

export interface Running {
  readonly life: Life;
  readonly engine: Engine;
  /** What the engine says of its applications now. */
  readonly rows: ReadonlyMap<string, AppRow>;
  stop(): Promise<void>;
}

/** A new engine process on this ground. */
export function begin(on: Ground): Running {
  const life = new Life();
  on.rules.forgetRunning();
  const means = { clock: clockOf(life, on.clock), random: on.chance.next };
  const wired = (name: string): Cluster => {
    const inner = (on.servers.get(name) as ApiServer).transport();
    const weather = on.weather.get(name) as Weather;
    const onWrite = name === 'hub' ? () => undefined : on.rules.onWrite.bind(on.rules, name);
    const { info } = on.clusters.get(name) as Cluster;
    return createCluster(info, transportOf(life, { inner, weather, chance: on.chance, onWrite }), means);
  };
  const engine = createLocalEngine({
    hub: wired('hub'),
    controlNamespace: 'argocd',
    clusters: CLUSTERS.map(wired),
    clusterOfSecret: () => ({}),
    sources: sourcesOf(life, on.repository.sources()),
    renderer: rendererOf(life, on.repository.renderer()),
    core: noScripts,
    history: historyOf(life, on.history, on.rules.spy()),
    ...means,
    automation: 'all',
    hubForced: false,
    ceiling: 'act',
    leaseNamespace: 'kube-system',
    timings: { ...DEFAULT_TIMINGS, selfHealCooldownMs: 20_000 },
    instance: { fleet: 'story', version: '0', host: 'story', pid: 1, identity: 'story', startedAtMs: 0, data: '', socket: '' },
    fence: 1,
  });
  const rows = new Map<string, AppRow>();
  engine.subscribe((event) => {
    if (event.kind === 'snapshot') for (const row of event.apps) rows.set(row.name, row);
    else if (event.kind === 'app.changed') rows.set(event.row.name, event.row);
    else if (event.kind === 'app.removed') rows.delete(event.app.split('/')[1] ?? '');
  });
  const ending = new AbortController();
  const running = engine.run(ending.signal);
  return {
    life,
    engine,
    rows,
    async stop() {
      ending.abort();
      let isOver = false;
      void running.finally(() => {
        isOver = true;
      });
      while (!isOver) await on.clock.advance(100);
    },
  };
}
