// What a command costs a person who waits for it: whole processes, against a node that does nothing.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toYaml } from '../../src/core/manifest/yaml.js';
import { repositoryIn, scratch } from './fleet.js';
import { applicationOf } from './load.js';
import { quantile, report } from './report.js';

const PROGRAM = join(process.cwd(), 'dist', 'argosy.js');
const ROUNDS = 15;
const folder = scratch();
const repository = repositoryIn(folder, 20);
mkdirSync(join(folder, 'fleet'));
const apps = Array.from({ length: 20 }, (_, i) => toYaml(applicationOf(i, { repoURL: repository.url, cluster: 'one' })));
writeFileSync(join(folder, 'fleet', 'apps.yaml'), apps.join('---\n'));
const flags = ['--fleet', join(folder, 'fleet'), '--sandbox', 'one', '--data', join(folder, 'data')];

/** Median of whole runs, in ms. */
function median(args: readonly string[]): number {
  const samples = Array.from({ length: ROUNDS }, () => {
    const startedMs = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return performance.now() - startedMs;
  });
  return quantile(samples, 0.5);
}

const engine = spawn(process.execPath, [PROGRAM, 'run', ...flags], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
await new Promise<void>((resolve) => engine.stdout.on('data', (chunk: Buffer) => chunk.includes('Synced') && resolve()));
const floor = median(['-e', '0']);
const version = median([PROGRAM, '--version']);
const list = median([PROGRAM, 'app', 'list', ...flags]);
engine.kill('SIGTERM');
report({ what: 'floor: node -e 0', value: floor, unit: 'ms' });
report({ what: 'argosy --version', value: version, unit: 'ms', ratio: version / floor, goal: '<= 2x', met: version / floor <= 2 });
report({
  what: 'argosy app list beside a running engine',
  value: list,
  unit: 'ms',
  ratio: list / floor,
  goal: '<= 4x',
  met: list / floor <= 4,
});
