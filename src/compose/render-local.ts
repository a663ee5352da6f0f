// `--local DIR`: an application's manifests from a folder of this machine instead of from Git.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../adapters/clock.js';
import { createRenderer } from '../adapters/render/renderer.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { Config } from '../config.js';
import { type Application, sourcesOf } from '../domain/application.js';
import { UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { pluginsOf } from './plugins.js';
import { allSources } from './sources.js';

export async function renderLocal(config: Config, app: Application, folder: string): Promise<readonly Manifest[]> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-local-'));
  const core = createScriptCore();
  const sources = allSources({ cacheDir, clock: systemClock() });
  try {
    const [first] = sourcesOf(app.spec);
    const { path: _, ...rest } = first ?? { repoURL: folder };
    const source = { ...rest, repoURL: folder, path: '.' };
    const tree = await sources.tree(source, await sources.resolve(source, { fresh: true }));
    const rendered = await createRenderer({ core, plugins: pluginsOf(config) }).render(
      {
        app: `${app.metadata.namespace}/${app.metadata.name}`,
        appName: app.metadata.name,
        source,
        destinationNamespace: app.spec.destination.namespace ?? '',
        kubeVersion: '',
        apiVersions: [],
      },
      tree,
    );
    const [problem] = rendered.problems.filter(({ type }) => type.endsWith('Error'));
    if (problem) throw new UserError(`cannot render ${folder}: ${problem.message}`);
    return rendered.manifests;
  } finally {
    await core.close();
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}
