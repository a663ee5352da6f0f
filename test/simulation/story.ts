// A story: people commit, edit and delete, clusters and Git fail and recover, and the engine is stopped and killed in the middle of it.

import { UserError } from '../../src/domain/problem.js';
import { type Manifest, refOf } from '../../src/domain/resource.js';
import { appOf, configMap } from '../support/fleet.js';
import { begin, CLUSTERS, type Ground, type Running } from './ground.js';
import { idOf } from './rules.js';

export const CANARY = 'canary-4711';
export const APPS = [
  { name: 'auto', cluster: 'one' },
  { name: 'waves', cluster: 'one' },
  { name: 'big', cluster: 'two' },
  { name: 'hands', cluster: 'two' },
  { name: 'hooked', cluster: 'two' },
] as const;
const RETRY = { limit: -1, backoff: { duration: '5s', factor: 2, maxDuration: '30s' } };

export class Story {
  readonly ground: Ground;
  now: Running;
  readonly told: string[] = [];

  constructor(on: Ground) {
    this.ground = on;
    this.now = begin(on);
  }

  async open(): Promise<void> {
    const { clusters } = this.ground;
    for (const { name } of APPS) this.commit(name);
    for (const { name, cluster } of APPS) {
      const automated = name === 'hands' ? undefined : { automated: { prune: true, selfHeal: true, allowEmpty: false } };
      const app = appOf(name, cluster, { ...automated, retry: RETRY }, ['resources-finalizer.argocd.argoproj.io']);
      const placed = { ...app, spec: { ...(app['spec'] as object), destination: { name: cluster, namespace: 'shop' } } };
      await clusters.get('hub')?.apply(placed, { mode: 'server-side', fieldManager: 'story', force: true });
    }
  }

  /** What others own in the same namespaces: never touched by anybody here. */
  async plantStrangers(): Promise<Map<string, string>> {
    const planted = new Map<string, string>();
    for (const name of CLUSTERS) {
      const cluster = this.ground.clusters.get(name);
      await cluster?.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
        { mode: 'server-side', fieldManager: 'them', force: true },
      );
      const object = { ...configMap('stranger'), metadata: { name: 'stranger', namespace: 'shop' } };
      const live = await cluster?.apply(object, { mode: 'create', fieldManager: 'them' });
      planted.set(name, `${live?.metadata.uid} ${live?.metadata.resourceVersion}`);
    }
    return planted;
  }

  /** One thing that happens, then some time that passes. */
  async step(): Promise<void> {
    const { chance, clock } = this.ground;
    const what = chance.pick(HAPPENINGS);
    this.told.push(`${clock.now() - Date.UTC(2026, 0, 1)} ms: ${what.name}`);
    await what.call(this);
    if (!this.now.life.alive) this.restart('was killed');
    await clock.advance(200 + chance.below(chance.oneIn(4) ? 60_000 : 6_000));
    if (!this.now.life.alive) this.restart('was killed');
  }

  restart(why: string): void {
    this.told.push(`  the engine ${why} and begins anew`);
    this.now = begin(this.ground);
  }

  commit(app: string, manifests = this.#manifests(app)): void {
    this.ground.repository.commit(app, manifests);
  }

  #manifests(app: string): Manifest[] {
    const { chance } = this.ground;
    const count = app === 'big' ? 4 + chance.below(30) : 1 + chance.below(6);
    const maps = Array.from({ length: count }, (_, i) => configMap(`${app}-${i}`, `v${chance.below(5)}`));
    const secret: Manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${app}-secret` }, stringData: { password: CANARY } };
    if (app === 'hooked') return [hook('PreSync'), ...maps, hook('PostSync')];
    if (app !== 'waves') return [...maps, secret];
    return [deployment(app, `v${chance.below(4)}`), ...maps.map((each) => inWave(each, '1')), inWave(secret, '2')];
  }

  async ask(intent: Parameters<Running['engine']['request']>[0]): Promise<void> {
    // Nobody waits for an answer of a process that may be killed meanwhile.
    void this.now.engine.request(intent).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
    });
  }

  async anyLive(): Promise<{ readonly cluster: string; readonly live: Manifest } | undefined> {
    const { chance, clusters, repository } = this.ground;
    const { name, cluster } = chance.pick(APPS);
    const wanted = repository.at(repository.head, name);
    if (wanted.length === 0) return undefined;
    const target = chance.pick(wanted.filter(({ kind }) => kind !== 'Job'));
    const live = await clusters.get(cluster)?.get({ ...refOf(target), namespace: 'shop' });
    if (!live) return undefined;
    this.ground.rules.touched.add(`${cluster} ${idOf(live)}`);
    return { cluster, live };
  }
}

function deployment(name: string, tag: string): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: `registry.example.com/web:${tag}` }] } },
    },
  };
}

function hook(phase: string): Manifest {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: `hooked-${phase.toLowerCase()}`, annotations: { 'argocd.argoproj.io/hook': phase } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'registry.example.com/job:1' }] } } },
  };
}

function inWave(manifest: Manifest, wave: string): Manifest {
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { 'argocd.argoproj.io/sync-wave': wave } } };
}

type Happening = (this: Story) => Promise<void> | void;

const HAPPENINGS: readonly Happening[] = [
  function commits() {
    this.commit(this.ground.chance.pick(APPS).name);
  },
  function commitsAndTells() {
    this.commit(this.ground.chance.pick(APPS).name);
    return this.ask({ kind: 'refresh', hard: false });
  },
  function losesAllManifests() {
    this.commit(this.ground.chance.pick(APPS).name, []);
  },
  async function editsLive() {
    const found = await this.anyLive();
    if (!found) return;
    const body = found.live.kind === 'Deployment' ? { spec: { replicas: 3 } } : { data: { key: 'ZWRpdGVk' } };
    await this.ground.clusters.get(found.cluster)?.patch(refOf(found.live), { type: 'merge', body, fieldManager: 'kubectl-edit' });
  },
  async function deletesLive() {
    const found = await this.anyLive();
    if (found) await this.ground.clusters.get(found.cluster)?.remove(refOf(found.live), found.live.metadata.uid ?? '', 'background');
  },
  async function takesTheName() {
    const found = await this.anyLive();
    if (found?.live.kind !== 'ConfigMap') return;
    const cluster = this.ground.clusters.get(found.cluster);
    await cluster?.remove(refOf(found.live), found.live.metadata.uid ?? '', 'background');
    await cluster?.apply(
      { ...configMap(found.live.metadata.name, 'theirs'), metadata: { name: found.live.metadata.name, namespace: 'shop' } },
      { mode: 'create', fieldManager: 'them' },
    );
  },
  function gitBreaksOrMends() {
    this.ground.repository.isBroken = !this.ground.repository.isBroken;
  },
  function weatherChanges() {
    const weather = this.ground.weather.get(this.ground.chance.pick(CLUSTERS));
    if (weather) weather.kind = this.ground.chance.pick(['fair', 'fair', 'errors', 'throttled', 'lost answers', 'down'] as const);
  },
  function forgetsItsLog() {
    this.ground.servers.get(this.ground.chance.pick(CLUSTERS))?.compact();
  },
  function isKilled() {
    this.now.life.kill();
  },
  function isKilledAtAWrite() {
    this.now.life.dies = { writes: 1 + this.ground.chance.below(6), after: this.ground.chance.oneIn(2) };
    this.commit(this.ground.chance.pick(APPS).name);
    return this.ask({ kind: 'refresh', hard: false });
  },
  async function isStopped() {
    await this.now.stop();
    this.restart('was stopped');
  },
  function isSyncedByHand() {
    const operation = { sync: { prune: true } };
    return this.ask({ kind: 'sync', app: `argocd/${this.ground.chance.pick(APPS).name}`, operation, actor: 'ana' });
  },
  function isTerminated() {
    return this.ask({ kind: 'terminate', app: `argocd/${this.ground.chance.pick(APPS).name}`, actor: 'ana' });
  },
  function isRolledBack() {
    const app = `argocd/${this.ground.chance.pick(APPS).name}`;
    return this.ask({ kind: 'rollback', app, prune: true, dryRun: false, pin: true, actor: 'ana' });
  },
];
