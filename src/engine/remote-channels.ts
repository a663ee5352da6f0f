// Channels: a worker thread's port, and a socket that carries one JSON value per line.
import type { Socket } from 'node:net';
import type { MessagePort, Worker } from 'node:worker_threads';
import type { Channel } from './remote.js';

const LINE_LIMIT = 64 * 1024 * 1024;

export function portChannel(port: MessagePort | Worker): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on('message', listener),
    onClose: (listener) => void port.on('exit' as 'close', listener).on('close', listener),
    close: () => ('close' in port ? port.close() : void port.terminate()),
    backlog: () => 0,
  };
}

/** A line beyond the limit closes the connection: nothing of ours is that long. */
export function socketChannel(socket: Socket): Channel {
  socket.setEncoding('utf8');
  return {
    send: (message) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (listener) => {
      let rest = '';
      socket.on('data', (chunk: string) => {
        rest += chunk;
        for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
          const line = rest.slice(0, end);
          rest = rest.slice(end + 1);
          listener(JSON.parse(line));
        }
        if (rest.length > LINE_LIMIT) socket.destroy(new Error('a message is longer than any of ours'));
      });
    },
    onClose: (listener) => {
      socket.on('close', listener);
      socket.on('error', () => undefined); // 'close' follows, and that is what the listener is told
    },
    close: () => void socket.end(),
    backlog: () => socket.writableLength,
  };
}
