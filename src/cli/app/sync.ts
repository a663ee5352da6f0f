// `argosy app sync`: one application after the other; with --dry-run the plan is shown and nothing is changed.
import type { Application } from '../../domain/application.js';
import type { AppRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { runOperation } from './operation-run.js';
import { planText } from './plan-text.js';
import { syncOperation } from './sync-request.js';

export async function appSync(session: Session): Promise<number> {
  const apps = await session.apps();
  if (apps.length > 1 && session.invocation.text('local') !== undefined)
    throw new UserError('--local is for one application: its folder cannot be that of several');
  let code = 0;
  for (const row of apps) code = Math.max(code, await syncOne(session, row));
  return code;
}

async function syncOne(session: Session, row: AppRow): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  const operation = syncOperation(invocation, app, session.actor);
  const manifests = await localManifests(session, app);
  const local = manifests === undefined ? {} : { manifests };
  if (invocation.on('dry-run') && invocation.output() === 'table') {
    io.out(planText(await engine.inspect({ kind: 'plan', app: row.key, request: operation.sync ?? {}, ...local }, io.signal)));
    io.out('\n');
  }
  const approved = invocation.text('approve');
  return runOperation(session, row, {
    kind: 'sync',
    app: row.key,
    operation,
    actor: session.actor,
    ...(approved === undefined ? {} : { approved }),
    ...local,
  });
}

/** Manifests of --local, rendered as the application says; undefined without it. */
export async function localManifests(session: Session, app: Application): Promise<readonly Manifest[] | undefined> {
  const folder = session.invocation.text('local');
  return folder === undefined ? undefined : session.ports.renderLocal(session.config, app, folder);
}
