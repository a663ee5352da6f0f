// `argosy appset generate FILE|NAME`: what a set would make, from files alone or with the clusters of a fleet.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { clustersOfSecrets } from '../../core/expand/cluster-facts.js';
import type { ClusterFacts } from '../../core/expand/generator.js';
import { readRenderedText } from '../../core/manifest/documents.js';
import { ARGO_GROUP } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { isNamed } from '../world.js';
import { namedObject } from './named-object.js';

export async function applicationSetGenerate(session: Session): Promise<number> {
  const { invocation, io, ports, config } = session;
  const set = await wantedSet(session);
  const expansion = await ports.expandSet(config, set, await clustersOf(session));
  if (!expansion.complete)
    throw new UserError(
      `cannot generate the applications of ${set.metadata.name}: ${expansion.problems.map(({ message }) => message).join('; ')}`,
    );
  for (const { message } of expansion.problems) io.err(`argosy: ${message}\n`);
  const applications = expansion.applications.map(({ application }) => application);
  if (session.printed(applications)) return 0;
  if (invocation.output() === 'name') io.out(applications.map((each) => `${nameOf(each)}\n`).join(''));
  else io.out(table(invocation.output() === 'wide' ? [...COLUMNS, ...WIDE] : COLUMNS, applications));
  return 0;
}

/** A file where there is one, else a set of the fleet. */
async function wantedSet(session: Session): Promise<Manifest> {
  const { io, config } = session;
  const wanted = session.invocation.arg(0);
  const text = wanted === '-' ? await io.input() : await textOf(resolve(io.cwd, wanted));
  if (text === undefined) {
    if (/[/.]/.test(wanted)) throw new UserError(`cannot read ${wanted}: there is no such file`, { file: wanted });
    return namedObject(session, 'ApplicationSet', 'ApplicationSet');
  }
  const sets = objectsOf(text, wanted).filter(
    ({ kind, apiVersion }) => kind === 'ApplicationSet' && apiVersion.startsWith(`${ARGO_GROUP}/`),
  );
  const [set] = sets;
  if (!set || sets.length > 1)
    throw new UserError(
      `cannot generate from ${wanted}: it holds ${sets.length === 0 ? 'no ApplicationSet' : `${sets.length} ApplicationSets; give one at a time`}`,
    );
  const namespace = session.invocation.text('app-namespace') ?? set.metadata.namespace ?? config.hub.namespace;
  return { ...set, metadata: { ...set.metadata, namespace } };
}

/** --clusters; else the clusters of the world that is named; else only what every Argo CD knows, in-cluster. */
async function clustersOf(session: Session): Promise<readonly ClusterFacts[]> {
  const { invocation, io } = session;
  const file = invocation.text('clusters');
  if (file !== undefined) {
    const text = await textOf(resolve(io.cwd, file));
    if (text === undefined) throw new UserError(`cannot read ${file}: there is no such file`, { file });
    return clustersOfSecrets(objectsOf(text, file));
  }
  if (!isNamed(session.config)) return [];
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  return clusters
    .filter(({ kind }) => kind !== 'embedded')
    .map(({ key, server, labels, annotations }) => ({ name: key, server, labels, annotations }));
}

function objectsOf(text: string, file: string): readonly Manifest[] {
  const { manifests, problems } = readRenderedText(text, file);
  const [problem] = problems;
  if (problem) throw new UserError(`cannot read ${file}: ${problem.message}`, { file });
  return manifests;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UserError(`cannot read ${path}: ${(error as Error).message}`, { file: path });
  }
}

interface Spec {
  readonly project?: string;
  readonly source?: { readonly repoURL?: string; readonly path?: string; readonly chart?: string; readonly targetRevision?: string };
  readonly sources?: readonly NonNullable<Spec['source']>[];
  readonly destination?: { readonly server?: string; readonly name?: string; readonly namespace?: string };
}

const specOf = (app: Manifest): Spec => (app['spec'] ?? {}) as Spec;
const sourceOf = (app: Manifest): NonNullable<Spec['source']> => specOf(app).sources?.[0] ?? specOf(app).source ?? {};

const COLUMNS: readonly Column<Manifest>[] = [
  { header: 'NAME', cell: nameOf },
  { header: 'CLUSTER', cell: (app) => specOf(app).destination?.server ?? specOf(app).destination?.name ?? '' },
  { header: 'NAMESPACE', cell: (app) => specOf(app).destination?.namespace ?? '' },
  { header: 'PROJECT', cell: (app) => specOf(app).project ?? '' },
];

const WIDE: readonly Column<Manifest>[] = [
  { header: 'REPO', cell: (app) => sourceOf(app).repoURL ?? '' },
  { header: 'PATH', cell: (app) => sourceOf(app).path ?? sourceOf(app).chart ?? '' },
  { header: 'TARGET', cell: (app) => sourceOf(app).targetRevision ?? '' },
];

function nameOf({ metadata }: Manifest): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}
