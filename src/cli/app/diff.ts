// `argosy app diff`: exit 0 without a difference, 1 with one, 2 for an error. Hooks and Secrets are not shown, as in Argo CD.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unified } from '../../core/diff/unified.js';
import { inertText } from '../../core/inert.js';
import { toYaml } from '../../core/manifest/yaml.js';
import type { Application } from '../../domain/application.js';
import type { ResourceDiff } from '../../domain/comparison.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { paintDiffLine } from '../output/colour.js';
import type { Session } from '../session.js';
import { refreshIfAsked } from './refresh.js';
import { revisionsOf } from './revisions.js';
import { localManifests } from './sync.js';

export async function appDiff(session: Session): Promise<number> {
  const { invocation, io } = session;
  const row = await session.app();
  await refreshIfAsked(session, row);
  const engine = await session.engine();
  const app = (await engine.inspect({ kind: 'application', app: row.key }, io.signal)) as Application;
  const manifests = await localManifests(session, app);
  const revisions = revisionsOf(invocation, app);
  const diffs = await engine.inspect(
    {
      kind: 'diff',
      app: row.key,
      ...(revisions === undefined ? {} : { revisions }),
      ...(manifests === undefined ? {} : { manifests }),
      ...(invocation.on('server-side-diff') ? { serverSide: true } : {}),
    },
    io.signal,
  );
  const shown = diffs.filter((diff) => diff.change !== 'none' && !diff.hook && !isSecret(diff));
  for (const diff of shown) await show(session, diff);
  if (shown.length === 0 || invocation.given('exit-code') === false) return 0;
  return invocation.number('diff-exit-code') ?? 1;
}

function isSecret({ key }: ResourceDiff): boolean {
  return key.group === '' && key.kind === 'Secret';
}

async function show(session: Session, diff: ResourceDiff): Promise<void> {
  const { io } = session;
  const { group, kind, namespace, name } = diff.key;
  io.out(`\n===== ${inertText(`${group}/${kind} ${namespace}/${name}`)} ======\n`);
  const [live, target] = [yamlOf(diff.live), yamlOf(diff.target)];
  const external = io.env['KUBECTL_EXTERNAL_DIFF'];
  if (external) {
    io.out(await externalDiff(external, { live, target, name }));
    return;
  }
  const lines = unified(live, target, { from: 'live', to: 'target' });
  io.out(lines.map((line) => `${io.colour ? paintDiffLine(inertText(line)) : inertText(line)}\n`).join(''));
}

function yamlOf(manifest: Manifest | undefined): string {
  return manifest === undefined ? '' : toYaml(manifest);
}

/** Runs the user's program on two files, as kubectl does: 'PROGRAM [ARGUMENTS] LIVE TARGET'. Exit 1 means a difference. */
async function externalDiff(program: string, sides: { live: string; target: string; name: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'argosy-diff-'));
  try {
    const files = [join(folder, 'live.yaml'), join(folder, 'target.yaml')] as const;
    await writeFile(files[0], sides.live, { mode: 0o600 });
    await writeFile(files[1], sides.target, { mode: 0o600 });
    const [command = '', ...args] = program.split(/\s+/).filter((word) => word !== '');
    return await new Promise((resolve, reject) => {
      execFile(command, [...args, ...files], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        if (!error || error.code === 1) resolve(stdout);
        else reject(new UserError(`cannot show the difference with KUBECTL_EXTERNAL_DIFF="${program}": ${stderr.trim() || error.message}`));
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
