// `argosy app manifests`: what Git wants or what the cluster has, as YAML documents that kubectl takes.
import { serial } from '../output/serial.js';
import type { Session } from '../session.js';

export async function appManifests(session: Session): Promise<number> {
  const { io, invocation } = session;
  const row = await session.app();
  const engine = await session.engine();
  const source = invocation.text('source') === 'live' ? 'live' : 'git';
  const revision = invocation.text('revision');
  const manifests = await engine.inspect(
    { kind: 'manifests', app: row.key, source, ...(revision === undefined ? {} : { revision }) },
    io.signal,
  );
  if (invocation.output() === 'json') io.out(serial('json', manifests));
  else io.out(manifests.map((manifest) => `---\n${serial('yaml', manifest, io.terminal)}`).join(''));
  return 0;
}
