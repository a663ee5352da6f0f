// An ApplicationSet expanded in this process, with repositories as the configuration names them: no hub and no engine is needed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../adapters/clock.js';
import { createSources } from '../adapters/git/sources.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { Config } from '../config.js';
import type { Expansion } from '../core/expand/expand.js';
import type { ClusterFacts } from '../core/expand/generator.js';
import type { Manifest } from '../domain/resource.js';
import { expandWith } from '../engine/answers.js';

const GLOBBING = 'ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_NEW_GIT_FILE_GLOBBING';

/** Throws IoError where a repository cannot be read. */
export async function expandSet(
  config: Config,
  set: Manifest,
  { clusters, env, signal }: { clusters: readonly ClusterFacts[]; env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<Expansion> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-set-'));
  const core = createScriptCore();
  const sources = createSources({ cacheDir, clock: systemClock(), map: config.repositories });
  try {
    return await expandWith(set, { sources, core, clusters, newGitFileGlobbing: env[GLOBBING] === 'true', signal });
  } finally {
    await core.close();
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}
