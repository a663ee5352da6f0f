// `argosy render`: an Application's sources rendered in this process. No hub, no cluster; repositories by the configuration's map or their address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinKinds } from '../adapters/apiserver/schema/builtin-types.js';
import { systemClock } from '../adapters/clock.js';
import { createRenderer } from '../adapters/render/renderer.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { OfflineRender } from '../cli/ports.js';
import type { Config } from '../config.js';
import { prepareTargets } from '../core/manifest/prepare.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { type Application, type Source, sourcesOf } from '../domain/application.js';
import type { Renderer, Sources, Tree } from '../domain/ports.js';
import { isError, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { allSources } from './sources.js';

/** Manifests in the order of the sources. Throws UserError where a source cannot be rendered, IoError where it cannot be read. */
export async function renderOffline(config: Config, app: Application, wanted: OfflineRender): Promise<readonly Manifest[]> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-render-'));
  const core = createScriptCore();
  const sources = allSources({ cacheDir, clock: systemClock(), map: config.repositories });
  try {
    const manifests = await renderAll(app, wanted, { sources, renderer: createRenderer({ core }) });
    if (!wanted.prepared) return manifests;
    const controlNamespace = app.metadata.namespace ?? config.hub.namespace;
    return prepareTargets({ app, manifests, kinds: builtinKinds(), settings: DEFAULT_SETTINGS, controlNamespace, excluded: () => false })
      .targets;
  } finally {
    await core.close();
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

async function treeOf(sources: Sources, source: Source): Promise<Tree> {
  return sources.tree(source, await sources.resolve(source, { fresh: false }));
}

async function renderAll(
  app: Application,
  { kubeVersion, apiVersions, buildOptions }: OfflineRender,
  { sources, renderer }: { readonly sources: Sources; readonly renderer: Renderer },
): Promise<Manifest[]> {
  const all = sourcesOf(app.spec);
  const trees = await Promise.all(all.map(async (source) => sources.tree(source, await sources.resolve(source, { fresh: true }))));
  const manifests: Manifest[] = [];
  for (const [i, source] of all.entries()) {
    const tree = trees[i];
    if (!tree || (source.ref && !source.path && !source.chart)) continue;
    const rendered = await renderer.render(
      {
        app: `${app.metadata.namespace}/${app.metadata.name}`,
        appName: app.metadata.name,
        source,
        project: app.spec.project || 'default',
        destinationNamespace: app.spec.destination.namespace ?? '',
        kubeVersion,
        apiVersions,
        buildOptions,
        base: (base) => treeOf(sources, base),
        ...(sources.file ? { file: sources.file } : {}),
        dependency: ({ name, version, repository }) => treeOf(sources, { repoURL: repository, chart: name, targetRevision: version }),
        refs: async (name) => trees[all.findIndex(({ ref }) => ref === name)],
      },
      tree,
    );
    const problem = rendered.problems.find(({ type }) => isError(type));
    if (problem) throw new UserError(`cannot render ${app.metadata.name}: ${problem.message}`);
    manifests.push(...rendered.manifests);
  }
  return manifests;
}
