// Makes the demo's Git repository on the spot: real commits by several people, so that history, revisions and authors are true.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { controlFiles } from './applications.js';
import { type Release, workloadFiles } from './workloads.js';

interface Step {
  readonly author: string;
  readonly agoMs: number;
  readonly subject: string;
  readonly release: Release;
}

const DAY_MS = 86_400_000;
const STEPS: readonly Step[] = [
  {
    author: 'Bob',
    agoMs: 9 * DAY_MS,
    subject: 'Start the fleet: platform, my-app, orders, payments',
    release: { myApp: 'v1.2.1', orders: '4.0.0', payments: '2.7' },
  },
  {
    author: 'Ana',
    agoMs: 2 * DAY_MS,
    subject: 'payments: 2.8 with the new gateway',
    release: { myApp: 'v1.2.1', orders: '4.0.0', payments: '2.8' },
  },
  {
    author: 'Ana',
    agoMs: 3 * 3_600_000,
    subject: 'my-app: v1.2.3, orders: 4.1.0',
    release: { myApp: 'v1.2.3', orders: '4.1.0', payments: '2.8' },
  },
];

export interface DemoRepository {
  readonly url: string;
  readonly dir: string;
  /** Commits from the oldest to HEAD. */
  readonly commits: readonly string[];
}

/** The repository below `dir`, made when it is not there. A making that was cut short is begun again. */
export function demoRepository(dir: string, nowMs: number): DemoRepository {
  const work = join(dir, 'gitops');
  const url = pathToFileURL(work).href;
  if (!existsSync(join(work, '.git', 'argosy-demo-complete'))) make(work, url, nowMs);
  const commits = git(work, ['rev-list', '--reverse', 'main']).trim().split('\n');
  return { url, dir: work, commits };
}

function make(work: string, url: string, nowMs: number): void {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  git(work, ['init', '--quiet', '--initial-branch=main']);
  for (const step of STEPS) commit(work, url, step, nowMs);
  writeFileSync(join(work, '.git', 'argosy-demo-complete'), '');
}

function commit(work: string, url: string, step: Step, nowMs: number): void {
  for (const [path, text] of Object.entries({ ...controlFiles(url), ...workloadFiles(step.release) })) {
    const file = join(work, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const date = new Date(nowMs - step.agoMs).toISOString();
  const email = `${step.author.toLowerCase()}@example.com`;
  git(work, ['add', '--all']);
  git(work, ['commit', '--quiet', '--message', step.subject], {
    GIT_AUTHOR_NAME: step.author,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: step.author,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  });
}

/** Git without the user's own settings: no hooks, no signing, no templates. */
function git(cwd: string, args: readonly string[], env: Record<string, string> = {}): string {
  return execFileSync('git', ['-c', 'commit.gpgsign=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.autocrlf=false', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', ...env },
  });
}
