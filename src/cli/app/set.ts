// `argosy app set` and `argosy app unset`: a change of the Application itself. Where its file is in Git, the next sync of that file wins.
import { editSource, unsetSource } from '../../core/application/edit-source.js';
import { parseApplication } from '../../core/application/parse.js';
import { sameJson } from '../../core/merge/record.js';
import type { Application, ApplicationSpec, Source } from '../../domain/application.js';
import { isError, UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { applySpecFlags } from './create-flags.js';
import { sourceEdits, sourceRemovals } from './source-edits.js';

export async function appSet(session: Session): Promise<number> {
  const edits = await sourceEdits(session);
  return change(session, (manifest) => {
    const edited = Object.keys(edits).length === 0 ? manifest : atSource(session, manifest, (source) => editSource(source, edits));
    return applySpecFlags(edited, session.invocation);
  });
}

export async function appUnset(session: Session): Promise<number> {
  const removals = sourceRemovals(session.invocation);
  return change(session, (manifest) => atSource(session, manifest, (source) => unsetSource(source, removals)));
}

async function change(session: Session, edit: (manifest: Manifest) => Manifest): Promise<number> {
  const { io } = session;
  const row = await session.app();
  const engine = await session.engine();
  const found = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  const { status: _, operation: __, ...manifest } = found;
  const edited = edit(manifest as unknown as Manifest);
  if (sameJson(edited, manifest)) throw new UserError(`nothing of ${row.name} is changed by this; \`argosy help app set\` shows the flags`);
  const { problems } = parseApplication(edited);
  const error = problems.find(({ type }) => isError(type));
  if (error) throw new UserError(`cannot change ${row.name}: ${error.message}`);
  await engine.request({ kind: 'put', manifest: edited, how: 'upsert', actor: session.actor });
  return 0;
}

function atSource({ invocation }: Session, manifest: Manifest, edit: (source: Source) => Source): Manifest {
  const spec = (manifest['spec'] ?? {}) as ApplicationSpec;
  const position = invocation.number('source-position');
  const many = spec.sources ?? [];
  if (many.length === 0) {
    if (position !== undefined) throw new UserError('--source-position is for applications with several sources; this one has one');
    return { ...manifest, spec: { ...spec, source: edit(spec.source ?? { repoURL: '' }) } };
  }
  if (position === undefined || position < 1 || position > many.length)
    throw new UserError(`say which source by --source-position: the application has ${many.length}`);
  return { ...manifest, spec: { ...spec, sources: many.map((source, i) => (i === position - 1 ? edit(source) : source)) } };
}
