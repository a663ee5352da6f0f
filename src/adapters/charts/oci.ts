// The Sources port for OCI registries: charts (`chart`, or a dependency), and artifacts that hold manifests (`oci://` with a path).
import { credentialFor } from '../../core/repository/credentials.js';
import { NO_TRUST } from '../../core/repository/trust.js';
import { chartVersion } from '../../core/source/chart-version.js';
import type { Source } from '../../domain/application.js';
import type { Freshness, Revision, Tree } from '../../domain/ports.js';
import { readArchive } from './archive.js';
import { chartTree } from './chart-tree.js';
import { type ChartOptions, isRecent, remembered } from './charts.js';
import {
  blobOf,
  type Descriptor,
  failure,
  manifestOf,
  type RegistryManifest,
  type RegistryMeans,
  repositoryOf,
  shown,
  tagsOf,
} from './oci-registry.js';
import { registryTokens } from './oci-tokens.js';

export interface OciSources {
  resolve(source: Source, freshness: Freshness, signal?: AbortSignal): Promise<Revision>;
  tree(source: Source, revision: Revision, signal?: AbortSignal): Promise<Tree>;
  inProject(project: string): OciSources;
  /** Whether a source is one of a registry, by its address or by what its Secret says. */
  owns(source: Source): boolean;
}

const MAX_ARCHIVE_BYTES = 64 * 2 ** 20;
const LIMITS = { maxBytes: 256 * 2 ** 20, maxFiles: 20_000 };
const MAX_TREES = 24;
const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const LAYERS: readonly string[] = [CHART, 'application/vnd.oci.image.layer.v1.tar+gzip', 'application/vnd.oci.image.layer.v1.tar'];
const DIGEST = /^sha256:[0-9a-f]{64}$/;

interface Timed<T> {
  readonly value: T;
  readonly atMs: number;
}

export function createOci(options: ChartOptions): OciSources {
  const { clock } = options;
  const tags = new Map<string, Promise<Timed<readonly string[]>>>();
  const manifests = new Map<string, Promise<Timed<RegistryManifest>>>();
  const trees = new Map<string, Promise<Tree>>();
  const tokens = new Map<string, ReturnType<typeof registryTokens>>();

  const view = (project: string | undefined): OciSources => {
    const meansFor = (source: Source, signal: AbortSignal | undefined): RegistryMeans & { readonly scope: string } => {
      const credential =
        credentialFor(source.repoURL, options.credentials(), project) ??
        credentialFor(bare(source.repoURL), options.credentials(), project);
      const scope = credential?.project ?? '';
      // A token opens what its login opens: another login has others.
      const own = tokens.get(`${scope} ${credential?.username ?? ''} ${credential?.password ?? ''}`) ?? registryTokens(clock);
      if (tokens.size > MAX_LOGINS) tokens.clear();
      tokens.set(`${scope} ${credential?.username ?? ''} ${credential?.password ?? ''}`, own);
      return { credential, scope, trust: options.trust?.() ?? NO_TRUST, tokens: own, signal };
    };
    const looked = <T>(all: Map<string, Promise<Timed<T>>>, key: string, freshness: Freshness, read: () => Promise<T>): Promise<T> =>
      remembered(all, key, async (before) => {
        const known = await before;
        if (known && isRecent(known.atMs, freshness, clock.now())) return known;
        const atMs = clock.now();
        return { value: await read(), atMs };
      }).then(({ value }) => value);
    const manifestFor = (source: Source, tag: string, freshness: Freshness, signal: AbortSignal | undefined) => {
      const means = meansFor(source, signal);
      const repository = repositoryOf(source.repoURL, source.chart);
      return looked(manifests, `${means.scope} ${shown(repository)} ${tag}`, freshness, () => manifestOf(repository, tag, means));
    };
    return {
      async resolve(source, freshness, signal) {
        const repository = repositoryOf(source.repoURL, source.chart);
        const asked = source.targetRevision ?? '';
        const means = meansFor(source, signal);
        const list = () => looked(tags, `${means.scope} ${shown(repository)}`, freshness, () => tagsOf(repository, means));
        const tag = isExact(asked) ? tagOf(asked) : tagOf(chosen(asked, (await list()).map(versionOf), shown(repository)));
        const { digest } = await manifestFor(source, tag, freshness, signal);
        const name = DIGEST.test(tag) ? tag.slice(0, 19) : versionOf(tag);
        // A chart is its version; an artifact is what the tag means now.
        return { id: source.chart ? versionOf(tag) : digest, asked, kind: 'tag', name };
      },
      async tree(source, revision, signal) {
        const repository = repositoryOf(source.repoURL, source.chart);
        const means = meansFor(source, signal);
        const manifest = await manifestFor(source, tagOf(revision.id), { fresh: false }, signal);
        const key = `${means.scope} ${shown(repository)} ${manifest.digest}`;
        const found =
          trees.get(key) ??
          readLayer(manifest, { what: `${shown(repository)}:${revision.name}`, revision }, (layer) =>
            blobOf(repository, layer, { ...means, maxBytes: MAX_ARCHIVE_BYTES }),
          );
        trees.delete(key);
        trees.set(key, found);
        found.catch(() => trees.delete(key));
        const [oldest] = trees.keys();
        if (trees.size > MAX_TREES && oldest !== undefined) trees.delete(oldest);
        return found;
      },
      inProject: view,
      owns: ({ repoURL, chart }) =>
        repoURL.trim().startsWith('oci://') ||
        (chart !== undefined &&
          chart !== '' &&
          (!/^[a-z][a-z0-9+.-]*:\/\//i.test(repoURL.trim()) || credentialFor(repoURL, options.credentials(), project)?.enableOCI === true)),
    };
  };
  return view(undefined);
}

const MAX_LOGINS = 500;

function bare(url: string): string {
  return url.replace(/^oci:\/\//, '');
}

/** Tags have no '+'. */
function tagOf(version: string): string {
  return version.replaceAll('+', '_');
}

function versionOf(tag: string): string {
  return tag.replaceAll('_', '+');
}

/** A whole version, a digest or a plain tag; anything else is a constraint over all tags. */
function isExact(asked: string): boolean {
  return (
    DIGEST.test(asked) ||
    /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(asked) ||
    (/^[A-Za-z_][\w.-]{0,127}$/.test(asked) && !/^[vV]?[\dxX*]/.test(asked) && asked !== 'HEAD')
  );
}

function chosen(asked: string, versions: readonly string[], where: string): string {
  const version = chartVersion(asked === 'HEAD' ? '' : asked, versions);
  if (version !== undefined) return version;
  const newest = versions.slice(-5).reverse().join(', ');
  throw failure(where, `no tag fits "${asked}"; there are ${newest || 'none'}${versions.length > 5 ? ', ...' : ''}`);
}

interface Read {
  readonly what: string;
  readonly revision: Revision;
}

/** The one layer that holds the files. */
async function readLayer(
  manifest: RegistryManifest,
  { what, revision }: Read,
  blob: (layer: Descriptor) => Promise<Buffer>,
): Promise<Tree> {
  const charts = manifest.layers.filter(({ mediaType }) => mediaType === CHART);
  const usable = charts.length > 0 ? charts : manifest.layers.filter(({ mediaType }) => LAYERS.includes(mediaType));
  const [layer] = usable;
  if (!layer)
    throw failure(
      what,
      `none of its layers is one that can be read (${manifest.layers.map(({ mediaType }) => mediaType).join(', ') || 'it has none'})`,
    );
  if (usable.length > 1) throw failure(what, `it has ${usable.length} layers, and one is expected`);
  const bytes = await blob(layer);
  const compressed = layer.mediaType.endsWith('gzip');
  const files = await readArchive(bytes, what, { ...LIMITS, compressed, strips: layer.mediaType === CHART });
  return chartTree(revision, files, what);
}
