// Config management plugins as processes of this machine: only those that the configuration names, in a folder of their own that holds
// nothing but the source, with an environment of their own, within a time.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { pathMatch, segmentGlob } from '../../core/expand/glob.js';
import { inertText } from '../../core/inert.js';
import { discovers, type Plugin, type PluginCommand } from '../../core/source/plugin.js';
import type { PluginRequest, PluginRunner, Tree } from '../../domain/ports.js';
import { UserError } from '../../domain/problem.js';

export interface PluginRunnerOptions {
  readonly plugins: readonly Plugin[];
  readonly timeoutMs?: number;
  readonly path: string;
}

const TIMEOUT_MS = 90_000;
const TERMINATE_MS = 3_000;
const AT_ONCE = 2;
const MAX_FILES = 20_000;
const MAX_BYTES = 256 * 2 ** 20;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;
const MAX_COMPLAINT = 2_000;

export function createPluginRunner(options: PluginRunnerOptions): PluginRunner {
  const { plugins } = options;
  const enter = turnstile(AT_ONCE);
  return {
    names: plugins.map(({ id }) => id),
    async find(request) {
      const { wanted } = request;
      if (wanted !== '') {
        const named = plugins.find(({ id }) => id === wanted);
        if (named) return named.id;
        throw new UserError(
          `could not find plugin supporting the given cmp: no plugin is called ${JSON.stringify(wanted)}; ${known(plugins)} (key plugins of argosy.yaml)`,
        );
      }
      for (const plugin of plugins) if (discovers(plugin) && (await enter(() => isFor(plugin, request, options)))) return plugin.id;
      return undefined;
    },
    generate: (id, request) =>
      enter(() =>
        inFolder(request, async (folder, cwd) => {
          const plugin = plugins.find((each) => each.id === id);
          if (!plugin) throw new UserError(`the plugin ${id} is not configured any more`);
          const context = { ...options, folder, cwd, request, plugin: id };
          if (plugin.init) await run(plugin.init, { ...context, step: 'init' });
          return run(plugin.generate, { ...context, step: 'generate' });
        }),
      ),
  };
}

function known(plugins: readonly Plugin[]): string {
  return plugins.length === 0 ? 'none is configured' : `there are ${plugins.map(({ id }) => id).join(', ')}`;
}

/** Whether a plugin says that it is for a directory: by a file's name, a pattern, or a command that prints something. */
async function isFor(plugin: Plugin, request: PluginRequest, options: PluginRunnerOptions): Promise<boolean> {
  const { fileName, glob, command } = plugin.discover;
  const prefix = request.root === '' ? '' : `${request.root}/`;
  const inside = () => request.tree.list(request.root).then((entries) => entries.map(({ path }) => path.slice(prefix.length)));
  if (fileName !== '') return (await inside()).some((path) => pathMatch(fileName.replace(/^\.\//, ''), path));
  if (glob !== '') {
    const pattern = segmentGlob(glob);
    return (await inside()).some((path) => pattern.test(path));
  }
  if (!command) return false;
  const printed = await inFolder(request, (folder, cwd) =>
    run(command, { ...options, folder, cwd, request, plugin: plugin.id, step: 'discover' }),
  );
  return printed.trim() !== '';
}

/** A private copy of the repository's files, gone afterwards. */
async function inFolder<T>({ tree, root }: PluginRequest, work: (folder: string, cwd: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'argosy-plugin-'));
  const folder = join(home, 'source');
  try {
    await mkdir(folder, { mode: 0o700 });
    await copyInto(tree, folder);
    return await work(folder, join(folder, root));
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function copyInto(tree: Tree, folder: string): Promise<void> {
  const entries = await tree.list('');
  const listed = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.length > MAX_FILES || listed > MAX_BYTES) throw tooMuch(entries.length, listed);
  let bytes = 0;
  for (const { path, kind, linksTo } of entries) {
    const file = inside(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    if (kind === 'file') {
      const content = await tree.read(path);
      // A large file is more than its pointer.
      bytes += content.length;
      if (bytes > MAX_BYTES) throw tooMuch(entries.length, bytes);
      await writeFile(file, content, { mode: 0o600 });
    } else if (kind === 'symlink' && linksTo !== undefined) {
      inside(folder, join(dirname(path), linksTo));
      await symlink(linksTo, file);
    }
  }
}

function tooMuch(files: number, bytes: number): UserError {
  const most = `${MAX_FILES} of ${MAX_BYTES / 2 ** 20} MiB`;
  return new UserError(`the repository has ${files} files of ${Math.round(bytes / 2 ** 20)} MiB, and a plugin gets at most ${most}`);
}

/** The path in the folder. Throws UserError for one that leads out of it. */
function inside(folder: string, path: string): string {
  const file = resolve(folder, path);
  if (path.startsWith('/') || (file !== folder && !file.startsWith(folder + sep)))
    throw new UserError(`the path ${JSON.stringify(path)} leads out of the repository`);
  return file;
}

interface Run extends PluginRunnerOptions {
  readonly folder: string;
  readonly cwd: string;
  readonly request: PluginRequest;
  readonly plugin: string;
  readonly step: 'init' | 'generate' | 'discover';
}

/** What the command prints. Throws UserError with the end of what it complained about. */
function run({ command }: PluginCommand, options: Run): Promise<string> {
  const { cwd, folder, request, plugin, step, path, timeoutMs = TIMEOUT_MS } = options;
  const failed = (why: string) => new UserError(`the plugin ${plugin} failed in ${step} (${command[0]}): ${why}`);
  return new Promise((resolvePrinted, reject) => {
    const [program = '', ...args] = command;
    // A group of its own, so that whatever it starts ends with it.
    const child = spawn(program, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: path, HOME: dirname(folder), TMPDIR: dirname(folder), LANG: 'C.UTF-8', ...request.environment },
    });
    const printed: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let stopped: string | undefined;
    const signal = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // It ended by itself in this moment.
      }
    };
    const stop = (why: string): void => {
      if (stopped !== undefined) return;
      stopped = why;
      signal('SIGTERM');
      setTimeout(() => signal('SIGKILL'), TERMINATE_MS).unref();
    };
    const timer = setTimeout(() => stop(`it took longer than ${Math.round(timeoutMs / 1000)} s`), timeoutMs);
    const abort = () => stop('Argosy is stopping');
    request.signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MAX_OUTPUT_BYTES) stop(`it printed more than ${MAX_OUTPUT_BYTES / 2 ** 20} MiB`);
      else printed.push(part);
    });
    child.stderr.on('data', (part: Buffer) => {
      complaint = (complaint + part.toString('utf8')).slice(-MAX_COMPLAINT);
    });
    const end = (): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      end();
      reject(failed(error.code === 'ENOENT' ? `there is no program ${JSON.stringify(program)}` : error.message));
    });
    child.on('close', (code, ended) => {
      end();
      const said = inertText(complaint.trim());
      if (stopped !== undefined) reject(failed(stopped));
      else if (code === 0) resolvePrinted(Buffer.concat(printed).toString('utf8'));
      else reject(failed(`${code === null ? `ended by ${ended}` : `exit code ${code}`}${said === '' ? '' : `: ${said}`}`));
    });
  });
}

/** Lets so many in at one time, in their order. */
function turnstile(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= most) await new Promise<void>((next) => waiting.push(next));
    inside++;
    try {
      return await work();
    } finally {
      inside--;
      waiting.shift()?.();
    }
  };
}
