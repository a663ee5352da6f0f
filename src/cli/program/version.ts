// `argosy version`: of this program, and of the engine that runs on the data.
import type { Session } from '../session.js';

export async function version(session: Session): Promise<number> {
  const { io, invocation, ports } = session;
  const client = { version: ports.version, node: process.version, platform: `${process.platform}/${process.arch}` };
  const running = invocation.on('client') ? undefined : await session.running();
  const engine = await running?.inspect({ kind: 'engine' }, io.signal);
  if (invocation.text('output') === 'json') {
    io.out(`${JSON.stringify({ client, ...(engine ? { engine } : {}) }, undefined, 2)}\n`);
    return 0;
  }
  io.out(`argosy: ${client.version} (node ${client.node}, ${client.platform})\n`);
  if (engine)
    io.out(`engine: ${engine.version} (pid ${engine.pid}, since ${new Date(engine.startedAtMs).toISOString()}, ${engine.data})\n`);
  return 0;
}
