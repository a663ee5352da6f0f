// From an application's sources to its target: resolve, read, render, prepare. Nothing is made again while its inputs are the same.
import { contentHash, stableJson } from '../core/hash.js';
import { prepareTargets } from '../core/manifest/prepare.js';
import { instanceName } from '../core/manifest/tracking.js';
import { isExcluded } from '../core/settings.js';
import { type Application, type Source, sourcesOf } from '../domain/application.js';
import type { Rendered, Revision, Tree } from '../domain/ports.js';
import type { Problem } from '../domain/problem.js';
import type { ApiKind } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import type { Destination } from './destination.js';
import { elsewhere, sourcesFor } from './elsewhere.js';
import { pathHashes } from './path-hashes.js';
import type { World } from './world.js';

/** Commits without a change of an application's paths that are remembered. */
const MAX_ALIKE = 50;

export interface TargetRequest {
  readonly fresh: boolean;
  /** With `fresh`: what was asked for since then is new enough. */
  readonly sinceMs?: number;
  readonly announced?: boolean;
  /** Renders again although the inputs are the same. */
  readonly hard?: boolean;
  /** Instead of each source's targetRevision: a sync to another revision. */
  readonly revisions?: readonly string[];
  readonly sources?: readonly Source[];
}

/** The target of an application. Throws IoError when a source cannot be read. */
export async function loadTarget(world: World, state: AppState, destination: Destination, request: TargetRequest): Promise<Target> {
  const git = sourcesFor(world, state.app);
  const sources = (request.sources ?? sourcesOf(state.app.spec)).map((source, i) => at(source, request.revisions?.[i]));
  const { fresh, sinceMs, hard = false, announced = false } = request;
  const freshness = { fresh, announced, ...(sinceMs === undefined ? {} : { sinceMs }) };
  const resolved = await Promise.all(sources.map((source) => git.resolve(source, freshness, world.signal)));
  const kinds = kindsOf(world, destination);
  const preparedFrom = stableJson([state.app.spec.destination, world.settingsVersion, kinds.length, kinds[0]?.version ?? '']);
  const madeFrom = stableJson([sources, resolved.map(({ id }) => id), preparedFrom]);
  if (state.target?.madeFrom === madeFrom && !hard) return { ...state.target, resolved };
  // A sync, and a look at another revision, take what is there.
  const usual = request.revisions === undefined && request.sources === undefined;
  const paths = usual ? await pathHashes(world, state, sources, resolved) : undefined;
  const now = { sources, resolved, revisions: resolved.map(({ id }) => id), madeFrom };
  if (!hard && paths !== undefined && state.target?.paths === paths && state.target.preparedFrom === preparedFrom)
    return { ...state.target, ...now, alike: [state.target.revisions, ...(state.target.alike ?? [])].slice(0, MAX_ALIKE) };
  const refs = async (name: string) => {
    const i = sources.findIndex(({ ref }) => ref === name);
    return i < 0 ? undefined : git.tree(sources[i] as Source, resolved[i] as Revision, world.signal);
  };
  const parts = await Promise.all(
    sources.map((source, i) =>
      renderSource(world, state.app, { source, revision: resolved[i] as Revision, destination, kinds, refs, hard }),
    ),
  );
  const known = state.target;
  // A commit that changed nothing of this application: the renderer returns what it remembers, and the very targets stay.
  if (known?.preparedFrom === preparedFrom && sameParts(known.rendered, parts)) return withPaths({ ...known, ...now }, paths);
  const prepared = prepareTargets({
    app: state.app,
    manifests: parts.flatMap(({ manifests }) => manifests),
    kinds,
    settings: world.settings,
    controlNamespace: world.options.controlNamespace,
    excluded: (ref) => isExcluded(world.settings, ref, destination.cluster.server),
  });
  const made = {
    ...now,
    manifests: prepared.targets,
    problems: [...parts.flatMap(({ problems }) => problems), ...prepared.problems],
    sourceTypes: parts.map(({ sourceType }) => sourceType),
    hash: contentHash(prepared.targets),
    rendered: parts,
    preparedFrom,
  };
  return withPaths(made, paths);
}

/** A target that was rendered, or found to be the same, at a commit that concerns it. A failed one is tried again at the next commit. */
function withPaths({ paths: _, alike: __, ...target }: Target, paths: string | undefined): Target {
  return { ...target, ...(paths === undefined || target.problems.some(({ type }) => type === 'ComparisonError') ? {} : { paths }) };
}

function sameParts(known: readonly Rendered[] | undefined, parts: readonly Rendered[]): boolean {
  return known?.length === parts.length && parts.every((part, i) => part === known[i]);
}

function at(source: Source, revision: string | undefined): Source {
  return revision === undefined || revision === '' ? source : { ...source, targetRevision: revision };
}

export function kindsOf(world: World, destination: Destination): readonly ApiKind[] {
  return destination.clusters.flatMap((key) => world.lives.get(key)?.discovery?.kinds ?? []);
}

interface SourceInput {
  readonly source: Source;
  readonly revision: Revision;
  readonly destination: Destination;
  readonly kinds: readonly ApiKind[];
  readonly hard: boolean;
  refs(name: string): Promise<Tree | undefined>;
}

async function renderSource(world: World, app: Application, { source, revision, destination, kinds, refs, hard }: SourceInput) {
  const { renderer } = world.options;
  const sources = sourcesFor(world, app);
  if (source.ref && !source.path && !source.chart) return { manifests: [], problems: [] as Problem[], sourceType: 'Directory' };
  const tree = await sources.tree(source, revision, world.signal);
  const live = world.lives.get(destination.cluster.key);
  return renderer.render(
    {
      app: `${app.metadata.namespace}/${app.metadata.name}`,
      appName: app.metadata.name,
      source,
      instance: instanceName(app.metadata, world.options.controlNamespace),
      project: app.spec.project || 'default',
      buildOptions: world.settings.kustomizeBuildOptions,
      refs,
      valueFileSchemes: world.settings.valueFileSchemes,
      ...elsewhere(world, app, hard),
      hard,
      destinationNamespace: app.spec.destination.namespace ?? '',
      kubeVersion: live?.discovery?.version.gitVersion ?? '',
      apiVersions: [
        ...new Set(
          kinds.flatMap(({ group, version, kind }) => [
            group === '' ? version : `${group}/${version}`,
            `${group === '' ? version : `${group}/${version}`}/${kind}`,
          ]),
        ),
      ],
    },
    tree,
    world.signal,
  );
}
