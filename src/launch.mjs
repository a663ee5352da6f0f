// The one file that runs before anything is installed: plain JavaScript, no dependencies. It installs, builds, and then does
// what was asked: start | test | test:real | bench | build. Each phase is one line with its time; a phase with nothing to do is silent.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MINIMUM_NODE = [20, 19];
const [task = 'start', ...rest] = process.argv.slice(2);

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`argosy: ${error.message}\n`);
  process.exitCode = 2;
}

async function main() {
  requireNode();
  await install();
  await build();
  if (task === 'build') return 0;
  if (task === 'start') return start();
  const checks = await import('../test/run.mjs');
  return checks.run(task, rest);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new Error(`cannot start on Node ${process.versions.node}: Node ${MINIMUM_NODE.join('.')} or newer is needed`);
}

/** Installs exactly what the lock file names, once per lock file and Node version. */
async function install() {
  const stamp = join(ROOT, 'node_modules', '.argosy-installed');
  const wanted = digest([readFileSync(join(ROOT, 'package-lock.json')), process.versions.modules, process.arch]);
  if (readOrEmpty(stamp) === wanted) return;
  requireTools();
  await phase('install', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], headersOfNode());
  writeFileSync(stamp, wanted);
}

/** Native packages are built with the headers that lie beside this Node where it has them: no second download, none where there is no way out. */
function headersOfNode() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_version.h')) ? { npm_config_nodedir: prefix } : {};
}

function requireTools() {
  const missing = ['git', 'make', 'g++', 'python3'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0)
    throw new Error(`cannot install: ${missing.join(', ')} not found; building SQLite needs git, python3, make and g++`);
}

/** Bundles into dist/ when a source is newer than the last build. */
async function build() {
  const stamp = join(ROOT, 'dist', '.argosy-built');
  const wanted = digest([readFileSync(join(ROOT, 'package-lock.json')), ...sources()]);
  if (readOrEmpty(stamp) === wanted) return;
  const startedMs = Date.now();
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  mkdirSync(join(ROOT, 'dist'), { recursive: true });
  const { bundle } = await import('./bundle.mjs');
  await bundle(ROOT);
  linkCommand();
  writeFileSync(stamp, wanted);
  say('build', startedMs);
}

/** Makes `npx argosy` find the built program. */
function linkCommand() {
  const bin = join(ROOT, 'node_modules', '.bin', 'argosy');
  rmSync(bin, { force: true });
  symlinkSync(join('..', '..', 'dist', 'argosy.js'), bin);
}

function sources() {
  const found = [];
  const walk = (dir) => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else found.push(`${path.slice(ROOT.length)} ${statSync(path).size} ${digest([readFileSync(path)])}`);
    }
  };
  for (const dir of ['src', 'views', 'store']) if (existsSync(join(ROOT, dir))) walk(join(ROOT, dir));
  return found.sort();
}

/** In this process, so that signals, exit code and terminal are the program's own. */
async function start() {
  const program = join(ROOT, 'dist', 'argosy.js');
  process.argv = [process.argv[0], program, 'demo', ...rest];
  await import(program);
  return process.exitCode;
}

/** Runs a command quietly; on a terminal a spinner shows that it is alive. What it printed is shown only when it fails. */
function phase(name, command, args, env = {}) {
  const startedMs = Date.now();
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let frame = 0;
  const spinner = process.stderr.isTTY
    ? setInterval(() => process.stderr.write(`\r${frames[frame++ % frames.length]} ${name} ${seconds(startedMs)}`), 100)
    : undefined;
  if (!spinner) process.stderr.write(`${name} ...\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(spinner);
      if (spinner) process.stderr.write('\r\x1b[K');
      if (code === 0) say(name, startedMs);
      else process.stderr.write(Buffer.concat(output));
      if (code === 0) resolve();
      else reject(new Error(`${name} failed: "${command} ${args.join(' ')}" ended with ${code}`));
    });
  });
}

function say(name, startedMs) {
  process.stderr.write(`${process.stderr.isTTY ? '✓ ' : ''}${name} ${seconds(startedMs)}\n`);
}

function seconds(startedMs) {
  return `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
}

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

function readOrEmpty(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
