// `argosy app manifests`: what Git wants or what the cluster has, as YAML documents that kubectl takes.
import type { Application } from '../../domain/application.js';
import { serial } from '../output/serial.js';
import type { Session } from '../session.js';
import { revisionsOf } from './revisions.js';
import { localManifests } from './sync.js';

export async function appManifests(session: Session): Promise<number> {
  const { io, invocation } = session;
  const row = await session.app();
  const engine = await session.engine();
  const source = invocation.text('source') === 'live' ? 'live' : 'git';
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  const local = await localManifests(session, app);
  const revisions = revisionsOf(invocation, app);
  const manifests =
    local ??
    (await engine.inspect({ kind: 'manifests', app: row.key, source, ...(revisions === undefined ? {} : { revisions }) }, io.signal));
  if (invocation.output() === 'json') io.out(serial('json', manifests));
  else io.out(manifests.map((manifest) => `---\n${serial('yaml', manifest, io.terminal)}`).join(''));
  return 0;
}
