// Runs the checks of `npm test`, `npm run test:real` and `npm run bench`, and ends with one line: 'N passed, N failed'.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');

export async function run(task, rest) {
  if (task === 'test')
    return summary([
      command('types', 'tsc', ['--noEmit']),
      command('lint', 'biome', ['check', '--error-on-warnings', '.']),
      vitest('test/vitest.config.mjs', rest),
    ]);
  if (task === 'test:real') {
    // Built before any test waits for it: the first time takes minutes, and is cached outside of the tree.
    const { realBinaries } = await import('./real/build.mjs');
    const { dir, skip } = realBinaries();
    console.log(dir ?? `skipped: ${skip}`);
  }
  if (task === 'test:real') return summary([vitest('test/real/vitest.config.mjs', rest)]);
  if (task === 'bench') return bench(rest);
  process.stderr.write(`argosy: unknown task "${task}"; there are start, test, test:real, bench and build\n`);
  return 2;
}

function command(name, program, args) {
  const startedMs = Date.now();
  const { status } = spawnSync(join(BIN, program), args, { cwd: ROOT, stdio: 'inherit' });
  console.log(`${name}: ${status === 0 ? 'ok' : 'failed'} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

function vitest(config, args) {
  const folder = mkdtempSync(join(tmpdir(), 'argosy-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = spawnSync(
      join(BIN, 'vitest'),
      ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
      { cwd: ROOT, stdio: 'inherit' },
    );
    return counts(report, status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run without a report, or one that failed outside of any test, counts as one failure. */
function counts(report, status) {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTotalTests: total,
  } = JSON.parse(readFileSync(report, 'utf8'));
  const unexplained = (status !== 0 && failed === 0) || total === 0;
  return { passed, failed: failed + (unexplained ? 1 : 0), skipped };
}

function summary(parts) {
  const sum = (name) => parts.reduce((total, part) => total + part[name], 0);
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : '';
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped}`);
  return sum('failed') === 0 ? 0 : 1;
}

function bench(args) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'test', 'bench', 'run.mjs'), ...args], { cwd: ROOT, stdio: 'inherit' });
  return status ?? 1;
}
