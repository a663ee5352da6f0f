// `argosy sandbox serve NAME... --kubeconfig FILE` and `argosy sandbox kubeconfig`
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

const NAME = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

export async function sandboxServe(session: Session): Promise<number> {
  const { invocation, io, ports, config } = session;
  const file = invocation.text('kubeconfig');
  if (file === undefined) throw new UserError('say where to write the kubeconfig: --kubeconfig FILE');
  const wrong = invocation.args.find((name) => !NAME.test(name));
  if (wrong !== undefined) throw new UserError(`cannot call a sandbox "${wrong}": small letters, digits, '-' and '.' are allowed`);
  const served = await ports.serveSandboxes(config, [...new Set(invocation.args)], resolve(io.cwd, file));
  try {
    for (const { name, url } of served.clusters) io.out(`${name}  ${url}\n`);
    io.out(`kubectl --kubeconfig ${served.kubeconfig} --context ${served.clusters[0]?.name ?? ''} get namespaces\n`);
    await new Promise<void>((stop) => {
      if (io.signal.aborted) stop();
      else io.signal.addEventListener('abort', () => stop(), { once: true });
    });
  } finally {
    await served.close();
  }
  return 0;
}

export async function sandboxKubeconfig(session: Session): Promise<number> {
  const { invocation, io, config } = session;
  const engine = await session.running();
  if (!engine) throw new UserError(`no engine is running on ${config.data}; \`argosy\` or \`argosy run\` starts one with its sandboxes`);
  const { sandboxKubeconfig: file } = await engine.inspect({ kind: 'engine' }, io.signal);
  if (file === undefined)
    throw new UserError('the running engine has no sandboxes; `--sandbox NAME` or `sandbox: true` in argosy.yaml makes one');
  io.out(invocation.on('raw') ? await readFile(file, 'utf8') : `${file}\n`);
  return 0;
}
