// Runs git: with an environment of its own (no user or system configuration, no prompts), a deadline, and errors in words.
import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { printableUrl } from '../../core/repository/url.js';
import { IoError } from '../../domain/problem.js';

export interface GitRun {
  /** What is being done, for the error: 'listing the branches of https://…'. */
  readonly doing: string;
  readonly cwd?: string;
  /** Added to the base environment; secrets travel here and nowhere else. */
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly input?: string;
}

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;
const MAX_ERROR_CHARS = 500;

/** Passed on from our own environment: how to find programs, SSH agents, proxies and certificate authorities. */
const INHERITED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'TEMP', 'SYSTEMROOT', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
const INHERITED_PROXIES = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'];

const SETTINGS = [
  'credential.helper=',
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'fetch.recurseSubmodules=false',
  'protocol.allow=never',
  ...['file', 'git', 'http', 'https', 'ssh'].map((protocol) => `protocol.${protocol}.allow=always`),
].flatMap((setting) => ['-c', setting]);

export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = [...INHERITED, ...INHERITED_PROXIES].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ASKPASS: 'true',
    GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15',
    LC_ALL: 'C',
    ...extra,
  };
}

/** Arguments for git that come before every command. */
export function gitArguments(args: readonly string[]): string[] {
  return [...SETTINGS, ...args];
}

/** Runs git to its end and gives its output. Throws IoError with what git said. */
export function runGit(args: readonly string[], run: GitRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', gitArguments(args), {
      cwd: run.cwd,
      env: gitEnvironment(run.env),
      stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    let bytes = 0;
    let complaint = '';
    let stopped: string | undefined;
    const stop = (why: string) => {
      stopped ??= why;
      child.kill('SIGTERM');
    };
    const timer = setTimeout(() => stop(`it took longer than ${Math.round(run.timeoutMs / 1000)} s`), run.timeoutMs);
    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_OUTPUT_BYTES) stop('the answer is too large');
      else output.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaint.length < 64 * 1024) complaint += chunk.toString('utf8');
    });
    child.stdin?.on('error', () => undefined); // A git that ended early is reported by its exit code.
    child.stdin?.end(run.input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(spawnFailure(error, run.doing));
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && stopped === undefined) resolve(Buffer.concat(output));
      else reject(gitFailure(run.doing, stopped ?? complaint, stopped !== undefined));
    });
  });
}

/** Failures of files and folders around git, in words: a full disk, a folder that may not be written. */
export function asIoError(error: unknown, doing: string): IoError {
  if (error instanceof IoError) return error;
  return new IoError(`${doing} failed: ${error instanceof Error ? error.message : String(error)}`, { retry: 'backoff', cause: error });
}

export function spawnFailure(error: NodeJS.ErrnoException, doing: string): IoError {
  if (error.code === 'ENOENT') {
    return new IoError(`${doing} failed: the program "git" was not found; install git and make sure that it is in PATH`, {
      retry: 'never',
    });
  }
  return new IoError(`${doing} failed: git could not be started (${error.code ?? error.message})`, { retry: 'backoff', cause: error });
}

/** What cannot get better by itself; everything else (network, server errors, deadlines) may. */
const PERMANENT =
  /does not appear to be a git repository|not a git repository|repository .*not found|does not exist|Authentication failed|could not read (Username|Password)|Permission denied|Host key verification failed|dubious ownership|transport '.*' not allowed|403|404/i;

function gitFailure(doing: string, complaint: string, timedOut: boolean): IoError {
  const reason = timedOut ? complaint : lastWords(complaint);
  return new IoError(`${doing} failed: ${reason}${hint(reason)}`, { retry: !timedOut && PERMANENT.test(reason) ? 'never' : 'backoff' });
}

/** The lines in which git says what went wrong, in one line, without addresses' passwords and control characters. */
function lastWords(complaint: string): string {
  const lines = complaint
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => /^(fatal|error|remote|ssh|Host key|.*Permission denied)/i.test(line));
  const text = (telling.length > 0 ? telling : lines.slice(-2)).map((line) => line.replace(/^(fatal|error):\s*/, '')).join('; ');
  return printableUrl(text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')).slice(0, MAX_ERROR_CHARS) || 'git ended without saying why';
}

function hint(reason: string): string {
  if (/could not read (Username|Password)|Authentication failed/i.test(reason)) {
    return '; give credentials in a Secret with the label argocd.argoproj.io/secret-type: repository';
  }
  if (/dubious ownership/i.test(reason))
    return '; the repository belongs to another user: trust it with git config --global --add safe.directory PATH';
  if (/Host key verification failed/i.test(reason))
    return '; add the host to known_hosts (ssh-keyscan), or set insecure in the repository Secret';
  return '';
}
