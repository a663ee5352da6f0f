// ApplicationSets and cluster Secrets from files, and which of them a command means.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isRecord } from '../../core/expand/generator.js';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { ARGO_GROUP } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { SetPreview } from '../../domain/sets.js';
import type { Session } from '../session.js';
import { isNamed } from '../world.js';

/** Generators that look at the fleet. */
const OF_THE_FLEET = new Set(['clusters', 'clusterDecisionResource', 'plugin', 'scmProvider', 'pullRequest']);

/** The set of a file as it would expand alone, or in the fleet where it needs one; by a name: the set of the hub. */
export async function previewOfArgument(session: Session): Promise<SetPreview> {
  const wanted = session.invocation.arg(0);
  if (!isFile(session, wanted)) return inFleet(session, wanted);
  const set = await readSet(session, wanted);
  const file = session.invocation.text('clusters');
  const clusters = file === undefined ? undefined : (await readDocuments(session, file)).filter(isClusterSecret);
  if (clusters || !usesFleet(set) || !isNamed(session.config))
    return session.ports.previewLocal(session.config, { set, ...(clusters ? { clusters } : {}) });
  return inFleet(session, set);
}

export async function inFleet(session: Session, set: string | Manifest): Promise<SetPreview> {
  const engine = await session.engine();
  return engine.inspect({ kind: 'set-preview', set }, session.io.signal);
}

/** Exactly one ApplicationSet. Throws UserError. */
export async function readSet(session: Session, file: string): Promise<Manifest> {
  const sets = (await readDocuments(session, file)).filter(
    ({ kind, apiVersion }) => kind === 'ApplicationSet' && String(apiVersion).startsWith(`${ARGO_GROUP}/`),
  );
  const [set] = sets;
  if (!set || sets.length > 1) throw new UserError(`Input file must contain one ApplicationSet: ${file} holds ${sets.length}`);
  if (!set.metadata?.name) throw new UserError('error generating apps for ApplicationSet: ApplicationSet does not have Name field set');
  const namespace = session.invocation.text('app-namespace') ?? set.metadata.namespace ?? session.config.hub.namespace;
  return { ...set, metadata: { ...set.metadata, namespace } };
}

async function readDocuments(session: Session, file: string): Promise<Manifest[]> {
  const text = file === '-' ? await session.io.input() : await readText(resolve(session.io.cwd, file));
  const { documents, problem } = parseYamlDocuments(text, file === '-' ? 'standard input' : file);
  if (problem) throw new UserError(problem.message, problem.place);
  return documents.flatMap(({ value }) => listed(value));
}

function listed(value: unknown): Manifest[] {
  if (!isRecord(value)) return [];
  return value['kind'] === 'List' && Array.isArray(value['items']) ? value['items'].flatMap(listed) : [value as unknown as Manifest];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(`cannot read ${path}: ${missing ? 'there is no such file' : (error as Error).message}`, { file: path });
  }
}

function isFile(session: Session, wanted: string): boolean {
  return wanted === '-' || /\.(ya?ml|json)$/.test(wanted) || existsSync(resolve(session.io.cwd, wanted));
}

function isClusterSecret({ kind, metadata }: Manifest): boolean {
  const type = metadata?.labels?.['argocd.argoproj.io/secret-type'];
  return kind === 'Secret' && type === 'cluster';
}

function usesFleet(set: Manifest): boolean {
  const visit = (entries: unknown): boolean =>
    Array.isArray(entries) &&
    entries
      .filter(isRecord)
      .some((entry) =>
        Object.entries(entry).some(([kind, block]) => OF_THE_FLEET.has(kind) || (isRecord(block) && visit(block['generators']))),
      );
  return visit((set['spec'] as { generators?: unknown } | undefined)?.generators);
}
