// Bundles the benchmarks as the program is bundled, and runs each in a process of its own, so that none warms another up.
// Usage: npm run bench [-- NAME...]     results: test/bench/results/<date>.json and a table on stdout
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFiles } from '../../src/bundle.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '..', '..');
const OUT = join(ROOT, 'dist', 'bench');

const names = readdirSync(HERE)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''));
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const chosen = wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names;
if (chosen.length === 0) {
  process.stderr.write(`argosy: no benchmark named ${wanted.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}

await bundleFiles(ROOT, Object.fromEntries(chosen.map((name) => [name, `test/bench/${name}.bench.ts`])), OUT);
const results = [];
let failed = 0;
for (const name of chosen) {
  const run = spawnSync(process.execPath, ['--expose-gc', join(OUT, `${name}.js`)], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 << 20,
  });
  const rows = run.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  if (run.status !== 0) failed++;
  for (const row of rows) {
    results.push({ bench: name, ...row });
    const ratio = row.ratio === undefined ? '' : `  ${row.ratio.toFixed(2)}x the floor`;
    const goal = row.goal === undefined ? '' : `  (goal ${row.goal}: ${row.met ? 'met' : 'missed'})`;
    console.log(`${name.padEnd(14)} ${row.what.padEnd(58)} ${String(row.value).padStart(9)} ${row.unit}${ratio}${goal}`);
  }
  if (run.status !== 0) console.log(`${name.padEnd(14)} failed with ${run.status ?? run.signal}`);
}
const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, date: new Date().toISOString() };
mkdirSync(join(HERE, 'results'), { recursive: true });
const file = join(HERE, 'results', `${machine.date.slice(0, 10)}.json`);
// A run of some benchmarks leaves the day's other results as they are.
const others = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).results.filter(({ bench }) => !chosen.includes(bench)) : [];
writeFileSync(file, `${JSON.stringify({ machine, results: [...others, ...results] }, null, 1)}\n`);
process.exit(failed === 0 ? 0 : 1);
