// The engine's Unix socket: file mode 0600, in the data folder, or, where that path is too long for a socket, in a private folder.
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';
import { connectEngine, serveEngine } from '../engine/remote.js';
import { socketChannel } from '../engine/remote-channels.js';

const LONGEST = 100;

/** Where the engine of a data folder listens. The same folder gives the same path in every process. */
export function socketPath(data: string): string {
  const inside = join(data, 'engine.sock');
  if (Buffer.byteLength(inside) <= LONGEST) return inside;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `argosy-${userInfo().uid}`, `${name}.sock`);
}

export async function serveSocket(engine: Engine, path: string): Promise<{ close(): Promise<void> }> {
  const folder = join(path, '..');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(path, { force: true }); // we own the data folder: a socket that is still there belongs to nobody
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveEngine(engine, socketChannel(socket));
  });
  const before = umaskTo(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new IoError(`Cannot listen on ${path}: ${error.message}`, { retry: 'never', cause: error })));
    server.listen(path, resolve);
  }).finally(() => umaskTo(before));
  chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** The engine that runs on a data folder, or undefined where none answers. */
export async function attach(data: string): Promise<{ readonly engine: Engine; close(): void } | undefined> {
  const path = socketPath(data);
  if (!existsSync(path)) return undefined;
  const socket = await open(path);
  if (!socket) return undefined;
  const engine = await connectEngine(socketChannel(socket));
  return { engine, close: () => socket.destroy() };
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

/** A worker thread may not change the mask of the process; there the folder's mode and the chmod have to do. */
function umaskTo(mask: number): number {
  try {
    return process.umask(mask);
  } catch {
    return mask;
  }
}
