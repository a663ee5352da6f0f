// The demo's configuration, and the engine with the people around it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../adapters/clock.js';
import { type Composed, composeEngine } from '../compose/engine.js';
import { type Config, type GlobalFlags, loadConfig } from '../config.js';
import { drift, syncProduction } from './director.js';
import { DEMO_CLUSTERS } from './places.js';
import { demoRepository } from './repository.js';

/** A heal that can be watched. */
const SELF_HEAL_MS = 3_000;

/** The demo on its own state folder, whatever argosy.yaml lies around. */
export function demoConfig(flags: GlobalFlags, env: Readonly<Record<string, string | undefined>>): Config {
  const base = loadConfig(
    { ...flags, sandbox: DEMO_CLUSTERS.map(({ name }) => name) },
    { env: { ...env, ARGOSY_CONFIG: undefined, ARGOSY_FLEET: undefined }, cwd: '/' },
  );
  const data = base.dataGiven ? base.data : join(base.data, '..', 'demo');
  const clusters = new Map(
    DEMO_CLUSTERS.map(({ name, environment, region }) => [
      name,
      { labels: { environment, region }, annotations: {}, sandbox: true, protected: environment === 'production' },
    ]),
  );
  const repoURL = pathToFileURL(join(data, 'gitops')).href;
  return {
    ...base,
    fleet: { repoURL, targetRevision: 'main', path: 'fleet', local: false },
    fleetName: 'demo',
    contexts: [],
    clusters,
    hub: { kind: 'embedded', namespace: 'argocd' },
    inCluster: undefined,
    data,
    dataGiven: true,
  };
}

export interface Stage {
  readonly composed: Composed;
  /** Production was synced, as far as it goes without a person. */
  readonly settled: Promise<void>;
}

/** Makes the repository, composes the engine, and sends the people in. Call `composed.engine.run` next. */
export async function openStage(
  config: Config,
  { drifts, signal }: { readonly drifts: boolean; readonly signal: AbortSignal },
): Promise<Stage> {
  const clock = systemClock();
  const repository = demoRepository(config.data, clock.now());
  const composed = await composeEngine(config, { serves: true, automation: 'all', selfHealMs: SELF_HEAL_MS });
  const clusters = new Map(composed.servers.map((server) => [server.name, server.transport()]));
  const people = { engine: composed.engine, clock, commits: repository.commits, clusters, signal };
  const settled = syncProduction(people);
  if (drifts) void settled.then(() => drift(people));
  return { composed, settled };
}
