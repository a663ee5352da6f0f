// An OCI registry, as far as sources need it: tags, manifests and blobs of one repository. Every body is limited, every digest checked,
// and no other host than the registry and its token service ever gets the credentials.
import { createHash } from 'node:crypto';
import { request } from 'undici';
import type { RepositoryCredential } from '../../core/repository/credentials.js';
import type { Trust } from '../../core/repository/trust.js';
import { IoError } from '../../domain/problem.js';
import { addressOf, basicLogin, dispatcherOf, limited } from './download.js';
import { challengeIn, type RegistryTokens } from './oci-tokens.js';

export interface Repository {
  /** 'registry.example.com:5000'. */
  readonly host: string;
  /** 'charts/web'. */
  readonly name: string;
}

export interface RegistryMeans {
  readonly credential: RepositoryCredential | undefined;
  readonly trust: Trust;
  readonly tokens: RegistryTokens;
  readonly signal: AbortSignal | undefined;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface RegistryManifest {
  readonly digest: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

const TIMEOUT_MS = 60_000;
const MAX_MANIFEST_BYTES = 4 * 2 ** 20;
const MAX_TAGS = 20_000;
const MAX_PAGES = 100;
const REDIRECTS = 5;
const MANIFESTS = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'];
/** Names of repositories, as registries spell them. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/i;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** 'oci://host/a/b' or 'host/a/b', with the chart's name below it. Throws IoError for what is none. */
export function repositoryOf(url: string, chart: string | undefined): Repository {
  const [, host = '', path = ''] = /^(?:oci:\/\/)?([^/\s]+)\/?(.*)$/.exec(url.trim().replace(/\/+$/, '')) ?? [];
  const name = [path, chart].filter(Boolean).join('/');
  if (host === '' || !NAME.test(name))
    throw new IoError(`${url} names no repository of an OCI registry; it looks like oci://registry.example.com/charts/web`, {
      retry: 'never',
    });
  return { host: host === 'docker.io' ? 'registry-1.docker.io' : host, name: name.toLowerCase() };
}

/** All tags, page after page. */
export async function tagsOf(repository: Repository, means: RegistryMeans): Promise<readonly string[]> {
  const what = `the tags of ${shown(repository)}`;
  const tags: string[] = [];
  let next: string | undefined = `${root(repository, means)}/tags/list?n=1000`;
  for (let page = 0; next !== undefined; page++) {
    if (page >= MAX_PAGES || tags.length > MAX_TAGS)
      throw failure(what, `there are more than ${MAX_TAGS} of them, or their list never ends`);
    const answer: Answer = await get(repository, next, { ...means, what, accept: 'application/json', maxBytes: MAX_MANIFEST_BYTES });
    const found = parsed(answer.bytes, what)['tags'];
    if (Array.isArray(found)) tags.push(...found.filter((tag): tag is string => typeof tag === 'string'));
    const link: string | undefined = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.link ?? '')?.[1];
    next = link === undefined ? undefined : addressOf(link, what, next);
  }
  return tags;
}

/** The manifest of a tag or digest. */
export async function manifestOf(repository: Repository, reference: string, means: RegistryMeans): Promise<RegistryManifest> {
  const what = `${shown(repository)}:${reference}`;
  const url = `${root(repository, means)}/manifests/${encodeURIComponent(reference)}`;
  const { bytes } = await get(repository, url, { ...means, what, accept: MANIFESTS.join(', '), maxBytes: MAX_MANIFEST_BYTES });
  const digest = digestOf(bytes);
  if (DIGEST.test(reference) && reference !== digest) throw failure(what, `the registry gave another manifest, ${digest}`);
  const manifest = parsed(bytes, what);
  if (Array.isArray(manifest['manifests']))
    throw failure(what, 'it is an index of several artifacts; name one of them by its digest in targetRevision');
  const layers = Array.isArray(manifest['layers']) ? manifest['layers'].map((layer) => descriptor(layer, what)) : [];
  return { digest, config: descriptor(manifest['config'], what), layers };
}

/** The bytes of a blob, which are what its digest says. */
export async function blobOf(
  repository: Repository,
  { digest, size }: Descriptor,
  means: RegistryMeans & { readonly maxBytes: number },
): Promise<Buffer> {
  const what = `${shown(repository)}@${digest}`;
  if (size > means.maxBytes) throw failure(what, `it is larger than ${Math.round(means.maxBytes / 2 ** 20)} MiB`);
  const { bytes } = await get(repository, `${root(repository, means)}/blobs/${digest}`, { ...means, what, accept: '*/*' });
  if (digestOf(bytes) !== digest) throw failure(what, `the registry gave something else, ${digestOf(bytes)}`);
  return bytes;
}

export function shown({ host, name }: Repository): string {
  return `oci://${host}/${name}`;
}

function root({ host, name }: Repository, { credential }: RegistryMeans): string {
  return `${credential?.insecureOCIForceHttp ? 'http' : 'https'}://${host}/v2/${name}`;
}

interface Asking extends RegistryMeans {
  readonly what: string;
  readonly accept: string;
  readonly maxBytes: number;
}

interface Answer {
  readonly bytes: Buffer;
  readonly link: string | undefined;
}

/** Asks, shows who we are when the registry wants to know, and follows redirects. */
async function get(repository: Repository, url: string, asking: Asking): Promise<Answer> {
  const home = new URL(root(repository, asking)).origin;
  let at = url;
  let asked = false;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const isHome = new URL(at).origin === home;
    const authorization = isHome ? asking.tokens.of(repository) : undefined;
    const answer = await once(at, asking, { isHome, authorization });
    if (answer.redirect !== undefined) at = addressOf(answer.redirect, asking.what, at);
    else if (answer.status === 401 && isHome && !asked) {
      asked = true;
      await showWho(repository, answer.challenge, asking);
    } else if (answer.body) return { bytes: answer.body, link: answer.link };
    else throw refusal(asking, answer.status);
  }
  throw failure(asking.what, `more than ${REDIRECTS} redirects`);
}

async function showWho(repository: Repository, header: string | undefined, asking: Asking): Promise<void> {
  const challenge = challengeIn(header);
  const login = basicLogin(asking.credential);
  if (challenge?.scheme === 'basic' && login !== undefined) asking.tokens.keep(repository, login, Number.POSITIVE_INFINITY);
  else if (challenge?.scheme === 'bearer') await asking.tokens.fetch(repository, challenge, { ...asking, login });
}

interface Once {
  readonly status: number;
  readonly redirect?: string;
  readonly challenge?: string | undefined;
  readonly body?: Buffer;
  readonly link?: string | undefined;
}

async function once(
  url: string,
  asking: Asking,
  { isHome, authorization }: { readonly isHome: boolean; readonly authorization: string | undefined },
): Promise<Once> {
  const { what, accept, signal, credential, trust } = asking;
  if (!/^https?:$/.test(new URL(url).protocol)) throw failure(what, `${new URL(url).protocol}// is not an address of a registry`);
  const dispatcher = dispatcherOf(url, { credential, trust }, isHome);
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      headers: { 'user-agent': 'argosy', accept, ...(authorization === undefined ? {} : { authorization }) },
      ...(signal ? { signal } : {}),
    });
    const text = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
    if (statusCode === 200) return { status: 200, body: await limited(body, asking), link: text('link') };
    await body.dump();
    const location = text('location');
    if (statusCode >= 300 && statusCode < 400 && location !== undefined) return { status: statusCode, redirect: location };
    return { status: statusCode, challenge: text('www-authenticate') };
  } catch (error) {
    if (error instanceof IoError) throw error;
    throw failure(what, (error as Error).message, 'backoff');
  } finally {
    await dispatcher.close();
  }
}

function refusal({ what, credential }: Asking, status: number): IoError {
  const hint =
    status === 401 || status === 403
      ? credential
        ? '; the credentials of its Secret do not open it'
        : '; give credentials in a Secret with the label argocd.argoproj.io/secret-type: repository'
      : '';
  return failure(what, `the registry answered ${status}${hint}`, [401, 403, 404].includes(status) ? 'never' : 'backoff');
}

function descriptor(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  if (typeof digest !== 'string' || !DIGEST.test(digest)) throw failure(what, 'its manifest names a layer without a SHA-256 digest');
  return { mediaType: typeof mediaType === 'string' ? mediaType : '', digest, size: typeof size === 'number' ? size : 0 };
}

function parsed(bytes: Buffer, what: string): Record<string, unknown> {
  try {
    return (JSON.parse(bytes.toString('utf8')) ?? {}) as Record<string, unknown>;
  } catch {
    throw failure(what, 'the answer of the registry is not JSON', 'backoff');
  }
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function failure(what: string, why: string, retry: 'never' | 'backoff' = 'never'): IoError {
  return new IoError(`reading ${what} failed: ${why}`, { retry });
}
