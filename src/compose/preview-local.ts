// An ApplicationSet expanded from files alone: no engine, no hub, no cluster. Go templates start their module only when a text needs it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../adapters/clock.js';
import { readClusterSecret } from '../adapters/kube/cluster-secret.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { Io, LocalSet } from '../cli/ports.js';
import type { Config } from '../config.js';
import type { ClusterFacts } from '../core/expand/generator.js';
import { previewOf } from '../core/expand/preview.js';
import { planSet } from '../core/expand/set-plan.js';
import { destinationsOf } from '../core/expand/validate.js';
import { UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import type { SetPreview } from '../domain/sets.js';
import { SetReader } from '../engine/set-inputs.js';
import { noReads, setServices } from './set-services.js';
import { setSettings } from './set-settings.js';
import { allSources } from './sources.js';

export async function previewLocal(config: Config, { set, clusters }: LocalSet, io: Pick<Io, 'env' | 'signal'>): Promise<SetPreview> {
  const facts = clusters?.map(clusterFacts);
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-set-'));
  const core = createScriptCore();
  const sources = allSources({ cacheDir, clock: systemClock(), map: config.repositories });
  try {
    const services = setServices(noReads(set.metadata.namespace ?? config.hub.namespace), systemClock(), io.env);
    const reader = new SetReader({ sources, core, services });
    const inputs = { clusters: facts ?? [], ...(facts ? { destinationProblem: destinationsOf(facts) } : {}), ...setSettings(io.env) };
    const expansion = await reader.expand(set, inputs, { freshness: { fresh: true }, signal: io.signal });
    return previewOf({ set, expansion, plan: planSet(set, expansion, []), owned: [] });
  } finally {
    await core.close();
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

/** A cluster Secret as generators see it: all of its labels and annotations, as Argo CD hands them on. */
function clusterFacts(secret: Manifest): ClusterFacts {
  const { cluster, problem } = readClusterSecret(secret);
  if (!cluster) throw new UserError(problem?.message ?? `Secret ${secret.metadata.name} is not a cluster Secret`);
  const { name, server, project } = cluster;
  return { name, server, project, labels: secret.metadata.labels ?? {}, annotations: secret.metadata.annotations ?? {} };
}
