// Runs the built program as a user does: a process of its own, a state folder of its own, no terminal.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './code.js';

/** The built program, or the one that ARGOSY_PROGRAM names. */
export const PROGRAM = process.env['ARGOSY_PROGRAM'] ?? join(ROOT, 'dist', 'argosy.js');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface Place {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  run(
    args: readonly string[],
    options?: { readonly timeoutMs?: number; readonly input?: string; readonly cwd?: string; readonly env?: Record<string, string> },
  ): Promise<Finished>;
  /** Writes files below the place's folder. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/** A temporary folder that is home, state, configuration and cache at once, so that nothing of this machine is read or left. */
export function place(): Place {
  const dir = mkdtempSync(join(tmpdir(), 'argosy-e2e-'));
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: dir,
    XDG_STATE_HOME: join(dir, 'state'),
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_CACHE_HOME: join(dir, 'cache'),
    XDG_RUNTIME_DIR: dir,
    KUBECONFIG: join(dir, 'no-kubeconfig'),
    NO_COLOR: '1',
  };
  return {
    dir,
    env,
    run: (args, options = {}) =>
      run([PROGRAM, ...args], {
        env: { ...env, ...options.env },
        cwd: options.cwd ?? dir,
        timeoutMs: options.timeoutMs ?? 60_000,
        input: options.input,
      }),
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(dir, path)), { recursive: true });
        writeFileSync(join(dir, path), text);
      }
    },
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function run(
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; timeoutMs: number; input: string | undefined },
): Promise<Finished> {
  const startedMs = Date.now();
  const child = spawn(process.execPath, args, { cwd: options.cwd, env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`argosy ${args.slice(1).join(' ')} took longer than ${options.timeoutMs} ms\n${stdout}\n${stderr}`));
    }, options.timeoutMs);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, ms: Date.now() - startedMs });
    });
  });
}

/** Makes a Git repository of the files and returns its commit. Called again, it commits the changed files. */
export function commitAll(dir: string, message: string): string {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', '-c', 'commit.gpgsign=false', ...args], {
      cwd: dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', message);
  return git('rev-parse', 'HEAD').trim();
}
