// The block of facts at the head of `app get`, `app sync`, `app wait`: names and order as Argo CD prints them.
import { canSync } from '../../core/project/windows.js';
import { type Application, type ApplicationStatus, type Source, sourcesOf } from '../../domain/application.js';
import type { Engine } from '../../domain/ports.js';
import type { Project } from '../../domain/project.js';
import { fields } from '../output/table.js';
import { shortRevision } from './list.js';

/** Facts of one application, and its conditions below them. */
export function appHeader(app: Application, windowState: string | undefined): string {
  const { spec, status = {} } = app;
  const namespace = app.metadata.namespace;
  const sources = sourcesOf(spec);
  return (
    fields([
      ['Name', namespace ? `${namespace}/${app.metadata.name}` : app.metadata.name],
      ['Project', spec.project || 'default'],
      ['Server', spec.destination.server || spec.destination.name || ''],
      ['Namespace', spec.destination.namespace ?? ''],
    ]) +
    sourceLines(sources) +
    fields([
      ...(windowState === undefined ? [] : ([['SyncWindow', windowState]] as const)),
      ['Sync Policy', syncPolicy(app)],
      ['Sync Status', syncStatus(status, sources)],
      ['Health Status', [status.health?.status ?? 'Unknown', status.health?.message ? `(${status.health.message})` : ''].join(' ').trim()],
    ])
  );
}

function sourceLines(sources: readonly Source[]): string {
  const one = (source: Source) =>
    fields([
      ['- Repo', source.repoURL],
      ['  Target', source.targetRevision ?? ''],
      ...(source.chart ? ([['  Chart', source.chart]] as const) : ([['  Path', source.path ?? '']] as const)),
      ...(source.ref ? ([['  Ref', source.ref]] as const) : []),
    ]);
  return `${sources.length > 1 ? 'Sources:' : 'Source:'}\n${sources.map(one).join('')}`;
}

function syncPolicy(app: Application): string {
  const automated = app.spec.syncPolicy?.automated;
  if (!automated || automated.enabled === false) return 'Manual';
  return automated.prune ? 'Automated (Prune)' : 'Automated';
}

function syncStatus(status: ApplicationStatus, sources: readonly Source[]): string {
  const sync = status.sync;
  if (!sync) return 'Unknown';
  const revisions = sync.revisions ?? (sync.revision ? [sync.revision] : []);
  const targets = sources.map((source, i) =>
    `${source.targetRevision ?? ''}${revisions[i] ? ` (${shortRevision(revisions[i])})` : ''}`.trim(),
  );
  if (sync.status === 'Unknown' || targets.join('') === '') return sync.status;
  return `${sync.status} ${sync.status === 'Synced' ? 'to' : 'from'} ${targets.join(', ')}`;
}

/** 'Sync Allowed', 'Sync Denied' or 'Manual Allowed', by the windows of the application's project. */
export async function windowStateOf(
  engine: Engine,
  app: Application,
  at: { nowMs: number; signal: AbortSignal },
): Promise<string | undefined> {
  const projects = await engine.inspect({ kind: 'objects', of: 'AppProject', name: app.spec.project || 'default' }, at.signal);
  const windows = (projects[0] as Project | undefined)?.spec?.syncWindows;
  if (!windows || windows.length === 0) return 'Sync Allowed';
  if (canSync({ windows, app, manual: false, nowMs: at.nowMs }).allowed) return 'Sync Allowed';
  return canSync({ windows, app, manual: true, nowMs: at.nowMs }).allowed ? 'Manual Allowed' : 'Sync Denied';
}
