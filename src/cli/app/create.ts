// `argosy app create`: from a file, from flags, or both. Identical is fine; a different spec needs --upsert.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { editSource } from '../../core/application/edit-source.js';
import { parseApplication } from '../../core/application/parse.js';
import { contentHash } from '../../core/hash.js';
import { parseYaml } from '../../core/manifest/yaml.js';
import { type Application, type ApplicationSpec, ARGO_GROUP, ARGO_VERSION } from '../../domain/application.js';
import { isError, UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { applySpecFlags } from './create-flags.js';
import { sourceEdits } from './source-edits.js';

export async function appCreate(session: Session): Promise<number> {
  const { invocation, io } = session;
  const manifest = await wanted(session);
  const { app, problems } = parseApplication(manifest);
  const error = problems.find(({ type }) => isError(type));
  if (error) throw new UserError(`cannot create application ${manifest.metadata.name}: ${error.message}`);
  for (const problem of problems) io.err(`argosy: ${problem.message}\n`);
  const name = `${manifest.metadata.namespace}/${manifest.metadata.name}`;
  const existing = await existingApplication(session, manifest);
  if (existing && sameSpec(existing, app)) {
    io.out(`application '${name}' unchanged\n`);
    return 0;
  }
  if (existing && !invocation.on('upsert'))
    throw new UserError(`existing application spec is different, use upsert flag to force update: ${name} exists already`);
  const engine = await session.engine();
  await engine.request({ kind: 'put', manifest: app, how: existing ? 'upsert' : 'create', actor: session.actor });
  io.out(`application '${name}' ${existing ? 'updated' : 'created'}\n`);
  return 0;
}

async function wanted(session: Session): Promise<Manifest> {
  const { invocation, config } = session;
  const file = invocation.text('file');
  const [name] = invocation.args;
  const base = file === undefined ? empty(name) : await fromFile(session, file);
  if (name !== undefined && base.metadata.name !== name)
    throw new UserError(`${file} holds application ${base.metadata.name}, not ${name}`);
  const namespace = invocation.text('app-namespace') ?? base.metadata.namespace ?? config.hub.namespace;
  const manifest = applySpecFlags({ ...base, metadata: { ...base.metadata, namespace } }, invocation);
  const edits = await sourceEdits(session);
  if (Object.keys(edits).length === 0) return manifest;
  const spec = (manifest['spec'] ?? {}) as ApplicationSpec;
  if (spec.sources && spec.sources.length > 0)
    throw new UserError('flags of a source cannot change an application with several sources; change the file');
  return { ...manifest, spec: { ...spec, source: editSource(spec.source ?? { repoURL: '' }, edits) } };
}

function empty(name: string | undefined): Manifest {
  if (name === undefined) throw new UserError('name the application, or give a manifest by --file');
  return { apiVersion: `${ARGO_GROUP}/${ARGO_VERSION}`, kind: 'Application', metadata: { name }, spec: { destination: {} } };
}

async function fromFile(session: Session, file: string): Promise<Manifest> {
  const text = file === '-' ? await session.io.input() : await readText(resolve(session.io.cwd, file));
  const value = parseYaml(text, file === '-' ? 'standard input' : file);
  const manifest = value as Partial<Manifest> | undefined;
  if (manifest?.kind !== 'Application' || !String(manifest.apiVersion).startsWith(`${ARGO_GROUP}/`))
    throw new UserError(`cannot create an application from ${file}: it holds ${manifest?.kind ?? 'nothing'}, not an Application`);
  if (!manifest.metadata?.name) throw new UserError(`cannot create an application from ${file}: metadata.name is missing`);
  return manifest as Manifest;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(`cannot read ${path}: ${missing ? 'there is no such file' : (error as Error).message}`, { file: path });
  }
}

async function existingApplication(session: Session, manifest: Manifest): Promise<Application | undefined> {
  const key = `${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`;
  if (!(await session.rows()).some((row) => row.key === key)) return undefined;
  const engine = await session.engine();
  return (await engine.inspect({ kind: 'application', app: key }, session.io.signal)) as Application;
}

/** As Argo CD compares: the normalised spec, labels and annotations that are wanted. */
function sameSpec(existing: Application, app: Application): boolean {
  const has = (all: Record<string, string> | undefined, some: Record<string, string> | undefined) =>
    Object.entries(some ?? {}).every(([name, value]) => all?.[name] === value);
  return (
    contentHash(parseApplication(existing).app.spec) === contentHash(app.spec) &&
    has(existing.metadata.labels, app.metadata.labels) &&
    has(existing.metadata.annotations, app.metadata.annotations)
  );
}
