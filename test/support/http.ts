// A small web server that answers by path, and remembers what it was asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpServer {
  readonly url: string;
  /** By path with its query, else by path alone. */
  answers: Record<string, HttpAnswer | ((body: string) => HttpAnswer)>;
  readonly asked: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly body: string;
  }[];
  close(): void;
}

export async function httpServer(): Promise<HttpServer> {
  const asked: HttpServer['asked'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8');
    });
    request.on('end', () => {
      const path = request.url ?? '/';
      asked.push({ method: request.method ?? '', path, headers: request.headers as Record<string, string | undefined>, body });
      const found = http.answers[path] ?? http.answers[path.split('?')[0] ?? ''] ?? { status: 404, body: { message: 'Not Found' } };
      const { status = 200, headers = {}, body: answer } = typeof found === 'function' ? found(body) : found;
      response.writeHead(status, headers).end(answer === undefined ? '' : typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http: HttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: {},
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return http;
}
