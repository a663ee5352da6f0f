// Everything that a Kustomize directory reaches, as files: folders of its repository, and what it names on other servers, which is
// read through the application's sources and put beside it. Kustomize itself then sees local paths only.
import { posix } from 'node:path';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { remoteBase, remoteEntries, rewritten } from '../../core/source/kustomization.js';
import type { Tree, TreeEntry } from '../../domain/ports.js';
import { type CoreInput, Refused } from './core-input.js';
import { gather } from './gather.js';

const MAX_PLACES = 500;
const MAX_REMOTES = 50;
const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/;
const REMOTE = '.argosy-remote';

/** A kustomization that was reached. */
export interface Reached {
  /** The kustomization file, by its path in the files. */
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** The namespace that it stands in: its own, else that of the one that names it. */
  readonly namespace: string;
}

export interface Reach {
  /** Base64 by path. */
  readonly files: Record<string, string>;
  readonly bytes: number;
  readonly kustomizations: readonly Reached[];
}

/** A repository: '' is the application's own, the others lie below a folder of their own. */
interface Mount {
  readonly prefix: string;
  readonly tree: Tree;
  readonly entries: readonly TreeEntry[];
  readonly folders: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly kustomizations: ReadonlyMap<string, string>;
  readonly places: Set<string>;
}

interface Place {
  readonly mount: Mount;
  readonly path: string;
  readonly namespace: string;
}

/** Follows every text of every kustomization that names something. Throws Refused where it never ends, IoError for other servers. */
export async function reach(input: CoreInput, from: readonly string[]): Promise<Reach> {
  return new Walk(input).run(from);
}

class Walk {
  readonly #input: CoreInput;
  readonly #mounts = new Map<string, Promise<Mount>>();
  readonly #extra: Record<string, string> = {};
  readonly #reached: Reached[] = [];
  readonly #waiting: Place[] = [];
  #places = 0;
  #remotes = 0;

  constructor(input: CoreInput) {
    this.#input = input;
  }

  async run(from: readonly string[]): Promise<Reach> {
    const own = mountOf('', this.#input.tree, this.#input.entries);
    this.#waiting.push(...from.map((path) => ({ mount: own, path, namespace: '' })));
    for (let place = this.#waiting.pop(); place !== undefined; place = this.#waiting.pop()) await this.#visit(place);
    const mounts = [own, ...(await Promise.all(this.#mounts.values()))];
    const parts = await Promise.all(mounts.map(async ({ tree, entries, places }) => gather(tree, entries, [...places])));
    const files = mounts.flatMap(({ prefix }, i) => Object.entries(parts[i]?.files ?? {}).map(([path, text]) => [prefix + path, text]));
    return {
      files: { ...Object.fromEntries(files), ...this.#extra },
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      kustomizations: this.#reached,
    };
  }

  async #visit({ mount, path, namespace }: Place): Promise<void> {
    if (mount.places.has(path)) return;
    mount.places.add(path);
    if (++this.#places > MAX_PLACES) throw new Refused(`it reaches more than ${MAX_PLACES} folders and files outside of it`);
    const file = mount.kustomizations.get(path);
    if (file === undefined) return;
    const text = Buffer.from(await mount.tree.read(file)).toString('utf8');
    const value = documentOf(text, file);
    const inherited = typeof value['namespace'] === 'string' && value['namespace'] !== '' ? value['namespace'] : namespace;
    this.#reached.push({ path: mount.prefix + file, value, namespace: inherited });
    const replaced = await this.#remote(mount, { path, text, namespace: inherited });
    if (replaced.size > 0) this.#extra[mount.prefix + file] = Buffer.from(rewritten(text, { replaced })).toString('base64');
    for (const named of textsOf(value)) {
      const local = posix.normalize(posix.join(path, named)).replace(/\/$/, '');
      if (!local.startsWith('..') && (mount.folders.has(local) || mount.names.has(local)))
        this.#waiting.push({ mount, path: local === '.' ? '' : local, namespace: inherited });
    }
  }

  /** What stands for each entry that is on another server. */
  async #remote(
    mount: Mount,
    { path, text, namespace }: { readonly path: string; readonly text: string; readonly namespace: string },
  ): Promise<ReadonlyMap<string, string>> {
    const replaced = new Map<string, string>();
    for (const { entry, kind } of remoteEntries(text)) {
      if (kind === 'folder' && (mount.folders.has(posix.normalize(posix.join(path, entry))) || mount.names.has(posix.join(path, entry))))
        continue;
      if (++this.#remotes > MAX_REMOTES) throw new Refused(`it names more than ${MAX_REMOTES} bases and files on other servers`);
      if (kind === 'file') {
        const { file } = this.#input.request;
        if (!file) throw new Refused(`${entry} is on another server, and nothing is read from there here`);
        const name = `${REMOTE}-${this.#remotes}-${entry
          .replace(/[?#].*$/, '')
          .replace(/^.*\//, '')
          .replace(/[^A-Za-z0-9._-]/g, '_')}`;
        this.#extra[mount.prefix + posix.join(path, name)] = Buffer.from(await file(entry)).toString('base64');
        replaced.set(entry, name);
        continue;
      }
      const base = await this.#base(entry);
      this.#waiting.push({ ...base, namespace });
      replaced.set(entry, posix.relative(`/${mount.prefix}${path}`, `/${base.mount.prefix}${base.path}`));
    }
    return replaced;
  }

  async #base(entry: string): Promise<{ readonly mount: Mount; readonly path: string }> {
    const found = remoteBase(entry);
    const { base } = this.#input.request;
    if (!found || !base) throw new Refused(`the base ${entry} is in another repository, and nothing is read from there here`);
    const { repoURL, targetRevision, path } = found;
    const source = { repoURL, ...(targetRevision === '' ? {} : { targetRevision }) };
    const key = `${repoURL} ${targetRevision}`;
    const known = this.#mounts.get(key) ?? openMount(`${REMOTE}/${this.#mounts.size + 1}/`, await base(source));
    this.#mounts.set(key, known);
    const mount = await known;
    if (path !== '' && !mount.folders.has(path)) throw new Refused(`the base ${entry}: there is no folder ${path} in ${repoURL}`);
    return { mount, path };
  }
}

async function openMount(prefix: string, tree: Tree): Promise<Mount> {
  return mountOf(prefix, tree, await tree.list(''));
}

function mountOf(prefix: string, tree: Tree, entries: readonly TreeEntry[]): Mount {
  const kustomizations = new Map<string, string>();
  for (const { path, kind } of entries) {
    if (kind !== 'file' || !KUSTOMIZATION.test(path)) continue;
    const folder = posix.dirname(path).replace(/^\.$/, '');
    if (!kustomizations.has(folder)) kustomizations.set(folder, path);
  }
  const folders = new Set(entries.flatMap(({ path }) => foldersOf(path)));
  return { prefix, tree, entries, folders, names: new Set(entries.map(({ path }) => path)), kustomizations, places: new Set() };
}

function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return ['', ...parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join('/'))];
}

function documentOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const value = parseYamlDocuments(text, file).documents[0]?.value;
  return isRecord(value) ? value : {};
}

/** Every text in a kustomization that may be a path; `key=path` of generators too. */
function textsOf(value: unknown): string[] {
  const found: string[] = [];
  const walk = (part: unknown): void => {
    if (typeof part === 'string' && part.length < 1_000 && !part.includes('\n')) {
      found.push(part);
      const equals = part.indexOf('=');
      if (equals >= 0) found.push(part.slice(equals + 1));
    } else if (Array.isArray(part)) part.forEach(walk);
    else if (isRecord(part)) Object.values(part).forEach(walk);
  };
  walk(value);
  return found.filter((each) => each !== '' && !each.startsWith('/'));
}
