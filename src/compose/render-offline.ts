// `argosy render`: an Application's sources rendered in this process. No hub, no cluster; repositories by the configuration's map or their address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtinKinds } from '../adapters/apiserver/schema/builtin-types.js';
import { systemClock } from '../adapters/clock.js';
import { createRenderer } from '../adapters/render/renderer.js';
import { createScriptCore } from '../adapters/wasm/core.js';
import type { ExplainedSource, OfflineRender } from '../cli/ports.js';
import type { Config } from '../config.js';
import { prepareTargets } from '../core/manifest/prepare.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import { type Application, type Source, sourcesOf } from '../domain/application.js';
import type { Renderer, RenderRequest, Sources, Tree } from '../domain/ports.js';
import { isError, UserError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { pluginsOf } from './plugins.js';
import { allSources } from './sources.js';

/** Manifests in the order of the sources. Throws UserError where a source cannot be rendered, IoError where it cannot be read. */
export function renderOffline(config: Config, app: Application, wanted: OfflineRender): Promise<readonly Manifest[]> {
  return offline(config, async (means) => {
    const manifests = await renderAll(app, wanted, means);
    if (!wanted.prepared) return manifests;
    const controlNamespace = app.metadata.namespace ?? config.hub.namespace;
    return prepareTargets({ app, manifests, kinds: builtinKinds(), settings: DEFAULT_SETTINGS, controlNamespace, excluded: () => false })
      .targets;
  });
}

/** The layers of values of each Helm source, by its number. Throws UserError and IoError. */
export function explainOffline(config: Config, app: Application, wanted: OfflineRender): Promise<readonly ExplainedSource[]> {
  return offline(config, async ({ sources, renderer }) => {
    const explained: ExplainedSource[] = [];
    for (const [i, { request, tree }] of (await requestsOf(app, wanted, sources)).entries()) {
      const layers = await renderer.layers?.(request, tree);
      if (layers) explained.push({ source: i + 1, layers });
    }
    return explained;
  });
}

interface Means {
  readonly sources: Sources;
  readonly renderer: Renderer;
}

async function offline<T>(config: Config, work: (means: Means) => Promise<T>): Promise<T> {
  const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-render-'));
  const core = createScriptCore();
  const sources = allSources({ cacheDir, clock: systemClock(), map: config.repositories });
  try {
    return await work({ sources, renderer: createRenderer({ core, plugins: pluginsOf(config) }) });
  } finally {
    await core.close();
    sources.close();
    rmSync(cacheDir, { recursive: true, force: true });
  }
}

async function treeOf(sources: Sources, source: Source): Promise<Tree> {
  return sources.tree(source, await sources.resolve(source, { fresh: false }));
}

interface SourceRequest {
  readonly request: RenderRequest;
  readonly tree: Tree;
}

/** What is asked of the renderer, for each source that holds manifests. */
async function requestsOf(app: Application, wanted: OfflineRender, sources: Sources): Promise<SourceRequest[]> {
  const { kubeVersion, apiVersions, buildOptions } = wanted;
  const all = sourcesOf(app.spec);
  const trees = await Promise.all(all.map(async (source) => sources.tree(source, await sources.resolve(source, { fresh: true }))));
  return all.flatMap((source, i): SourceRequest[] => {
    const tree = trees[i];
    if (!tree || (source.ref && !source.path && !source.chart)) return [];
    const request: RenderRequest = {
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
    };
    return [{ request, tree }];
  });
}

async function renderAll(app: Application, wanted: OfflineRender, { sources, renderer }: Means): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const { request, tree } of await requestsOf(app, wanted, sources)) {
    const rendered = await renderer.render(request, tree);
    const problem = rendered.problems.find(({ type }) => isError(type));
    if (problem) throw new UserError(`cannot render ${app.metadata.name}: ${problem.message}`);
    manifests.push(...rendered.manifests);
  }
  return manifests;
}
