// An Application object -> a typed Application and what is wrong with it (behaviour 2.2, "Normalisation", "Sources", "Destination").
// The object in the hub is not touched: every field stays there. What has the wrong type is only missing from the typed view.
import { type Application, type ApplicationSpec, type Destination, type Source, sourcesOf } from '../../domain/application.js';
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { checkShape } from './shape.js';
import { SPEC_SHAPE } from './spec-shape.js';

export interface ParsedApplication {
  readonly app: Application;
  readonly problems: readonly Problem[];
}

/** Reads an Application. Errors (InvalidSpecError) stop its comparison; warnings (UnknownFieldWarning) do not. */
export function parseApplication(manifest: Manifest): ParsedApplication {
  const found = checkShape(manifest['spec'] ?? {}, SPEC_SHAPE, 'spec');
  const spec = normalizeSpec((found.value ?? {}) as Partial<ApplicationSpec>);
  const app = { ...manifest, kind: 'Application', spec } as Application;
  const object = `Application/${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;
  const problems = [
    ...found.wrong.map((message) => invalid(`the application cannot be used: ${message}`)),
    ...found.unknown.map((message): Problem => ({ type: 'UnknownFieldWarning', message })),
    ...(manifest['spec'] === undefined ? [invalid('the application has no spec')] : specProblems(spec, found.wrong.length > 0)),
  ];
  return { app, problems: problems.map((problem) => ({ ...problem, place: { object } })) };
}

/** The spec as Argo CD stores it: a project, no empty blocks, the server without its last '/'. */
export function normalizeSpec(spec: Partial<ApplicationSpec>): ApplicationSpec {
  const { syncPolicy, source, sources, destination, ...rest } = spec;
  const normal: ApplicationSpec = { ...rest, project: spec.project || 'default', destination: normalizeDestination(destination ?? {}) };
  if (source) normal.source = normalizeSource(source);
  if (sources) normal.sources = sources.map(normalizeSource);
  if (syncPolicy && !isZero(syncPolicy, ['automated', 'retry', 'managedNamespaceMetadata'])) normal.syncPolicy = syncPolicy;
  return normal;
}

function normalizeDestination(destination: Destination): Destination {
  return destination.server === undefined ? destination : { ...destination, server: destination.server.replace(/\/+$/, '') };
}

function normalizeSource(source: Source): Source {
  const normal: Source = { ...source, repoURL: source.repoURL ?? '' };
  for (const block of ['helm', 'kustomize', 'directory'] as const) if (isZero(normal[block], [])) delete normal[block];
  return normal;
}

/** Whether a block says nothing: Go's zero values all through, except for the named parts, whose mere presence says something. */
function isZero(value: unknown, present: readonly string[]): boolean {
  if (value === undefined || value === null || value === false || value === '' || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value !== 'object') return false;
  return Object.entries(value).every(([key, child]) => !present.includes(key) && isZero(child, []));
}

function specProblems(spec: ApplicationSpec, partial: boolean): Problem[] {
  // Where a field had the wrong type, that it is missing now is not a second mistake.
  if (partial) return [];
  return [...sourceProblems(spec), ...destinationProblems(spec.destination)];
}

function sourceProblems(spec: ApplicationSpec): Problem[] {
  if (spec['sourceHydrator'] !== undefined && sourcesOf(spec).length === 0) {
    return [invalid('spec.sourceHydrator is not carried out by this version; give spec.source or spec.sources')];
  }
  const several = (spec.sources?.length ?? 0) > 0;
  const sources = sourcesOf(spec);
  if (sources.length === 0) return [invalid('spec.source.repoURL and either spec.source.path or spec.source.chart are required')];
  return sources.flatMap((source, index) => oneSourceProblems(source, several ? `spec.sources[${index}]` : 'spec.source', several));
}

function oneSourceProblems(source: Source, at: string, several: boolean): Problem[] {
  const problems: Problem[] = [];
  const located = source.path || source.chart || (several && source.ref);
  if (!source.repoURL || !located) {
    problems.push(
      invalid(
        several
          ? `${at}.repoURL and either ${at}.path, ${at}.chart or ${at}.ref are required`
          : `${at}.repoURL and either ${at}.path or ${at}.chart are required`,
      ),
    );
  }
  if (source.chart && !source.targetRevision) {
    problems.push(invalid(`${at}.targetRevision is required if the manifest source is a helm chart`));
  }
  return problems;
}

/** The kinds of source that a source names by having their block. More than one is an error of rendering, after override files. */
export function explicitTypes(source: Source): string[] {
  const blocks = { Kustomize: source.kustomize, Helm: source.helm, Directory: source.directory, Plugin: source.plugin };
  return Object.entries(blocks).flatMap(([type, block]) => (block === undefined || block === null ? [] : [type]));
}

function destinationProblems({ server, name }: Destination): Problem[] {
  if (server && name) return [invalid(`application destination can't have both name and server defined: ${name} ${server}`)];
  return server || name ? [] : [invalid('Destination server missing from app spec')];
}

/** Which of the known clusters a destination means; by name or by server, as it is written. `names` and `servers` are of all clusters. */
export function destinationProblem(destination: Destination, clusters: readonly { name: string; server: string }[]): Problem | undefined {
  const wrong = destinationProblems(destination)[0];
  if (wrong) return wrong;
  const { server, name } = destination;
  if (name) {
    const same = clusters.filter((cluster) => cluster.name === name);
    if (same.length === 0) return invalid(`there are no clusters with this name: ${name}`);
    return same.length > 1
      ? invalid(`there are ${same.length} clusters with the same name: [${same.map((c) => c.server).join(' ')}]`)
      : undefined;
  }
  const known = clusters.some((cluster) => cluster.server.replace(/\/+$/, '') === server);
  return known ? undefined : invalid(`cluster ${JSON.stringify(server)} is not configured`);
}

function invalid(message: string): Problem {
  return { type: 'InvalidSpecError', message };
}
