// An OCI registry in this process: tags in pages, manifests, blobs behind a redirect to another server, tokens that end.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Registry {
  /** 'localhost:PORT', as it stands in a repoURL. */
  readonly host: string;
  /** What was asked: 'registry GET /v2/...', 'tokens ...', 'blobs ...', with the kind of login that was shown. */
  readonly seen: { readonly server: string; readonly path: string; readonly authorization: string | undefined }[];
  /** Keeps an artifact under a tag; gives its digest. */
  push(repository: string, tag: string, layer: Buffer, mediaType?: string): string;
  /** Ends all tokens that were given. */
  endTokens(): void;
  /** Answers a path in place of the registry. */
  override: Map<string, (request: IncomingMessage, response: ServerResponse) => void>;
  close(): void;
}

export const CHART_LAYER = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
export const TAR_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Requires a token for the login, where there is one. */
export async function registry(login?: { readonly username: string; readonly password: string }): Promise<Registry> {
  const seen: Registry['seen'] = [];
  const manifests = new Map<string, Buffer>();
  const tags = new Map<string, string[]>();
  const blobs = new Map<string, Buffer>();
  const override: Registry['override'] = new Map();
  let tokens = new Set<string>();
  const note = (server: string, request: IncomingMessage) =>
    seen.push({ server, path: request.url ?? '', authorization: request.headers.authorization });
  const storage = await listening((request, response) => {
    note('blobs', request);
    response.end(blobs.get((request.url ?? '').slice(1)) ?? '');
  });
  const service = await listening((request, response) => {
    note('tokens', request);
    const wanted = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    if (wanted !== undefined && request.headers.authorization !== wanted) response.writeHead(401).end();
    else {
      const token = `token-${seen.length}`;
      tokens.add(token);
      response.end(JSON.stringify({ token, expires_in: 300 }));
    }
  });
  const main = await listening((request, response) => {
    note('registry', request);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const other = override.get(path);
    if (other) return other(request, response);
    if (login && !tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''))) {
      const challenge = `Bearer realm="${service.url}/token",service="test",scope="repository:x:pull"`;
      return void response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
    }
    const [, repository = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs|tags)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
    if (kind === 'tags') return page(request, response, tags.get(repository));
    const body = kind === 'manifests' ? manifests.get(`${repository}:${reference}`) : undefined;
    if (kind === 'blobs' && blobs.has(reference)) return void response.writeHead(307, { location: `${storage.url}/${reference}` }).end();
    response.writeHead(body ? 200 : 404).end(body);
  });
  return {
    host: `localhost:${new URL(main.url).port}`,
    seen,
    override,
    push(repository, tag, layer, mediaType = CHART_LAYER) {
      const keep = (bytes: Buffer) => {
        blobs.set(digestOf(bytes), bytes);
        return { digest: digestOf(bytes), size: bytes.length };
      };
      const config = { mediaType: 'application/vnd.cncf.helm.config.v1+json', ...keep(Buffer.from('{}')) };
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config, layers: [{ mediaType, ...keep(layer) }] }));
      manifests.set(`${repository}:${tag}`, manifest);
      manifests.set(`${repository}:${digestOf(manifest)}`, manifest);
      tags.set(repository, [...(tags.get(repository) ?? []), tag]);
      return digestOf(manifest);
    },
    endTokens() {
      tokens = new Set();
    },
    close() {
      for (const { server } of [main, service, storage]) server.close();
    },
  };
}

const PER_PAGE = 2;

/** Two tags a page, so that whoever reads only the first one is found out. */
function page(request: IncomingMessage, response: ServerResponse, all: readonly string[] | undefined): void {
  if (!all) return void response.writeHead(404).end();
  const url = new URL(request.url ?? '/', 'http://localhost');
  const last = url.searchParams.get('last');
  const from = last === null ? 0 : all.indexOf(last) + 1;
  const part = all.slice(from, from + PER_PAGE);
  if (from + PER_PAGE < all.length) response.setHeader('Link', `<${url.pathname}?last=${part.at(-1)}>; rel="next"`);
  response.end(JSON.stringify({ name: 'x', tags: part }));
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function listening(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
}

/** A packed tar archive; names are taken as they are. */
export function archive(files: Readonly<Record<string, string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(Buffer.byteLength(text).toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
    body.write(text);
    return [header, body];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}
