// The engine in a thread of its own, so that a terminal that stalls never stalls a sync. It ends when it is told to, or when its parent is gone.
import { setMaxListeners } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { composeEngine } from './compose/engine.js';
import type { FromWorker, WorkerStart } from './compose/worker.js';
import { openStage } from './demo/stage.js';
import { serveEngine } from './engine/remote.js';
import { portChannel } from './engine/remote-channels.js';

setMaxListeners(0);
const port = parentPort;
if (!port) throw new Error('the engine worker runs in a worker thread only');
const { config, demo } = workerData as WorkerStart;
const say = (message: FromWorker): void => port.postMessage(message);
const stop = new AbortController();
port.on('message', (message: { readonly kind?: string }) => {
  if (message.kind === 'stop') stop.abort();
});

try {
  const composed = demo
    ? (await openStage(config, { drifts: true, signal: stop.signal })).composed
    : await composeEngine(config, { serves: true, automation: 'all' });
  serveEngine(composed.engine, portChannel(port));
  say({ kind: 'started', notices: composed.notices });
  await composed.engine.run(stop.signal);
  await composed.close();
  say({ kind: 'stopped' });
} catch (error) {
  const { name, message, stack } = error as Error;
  say({ kind: 'failed', name, message, ...(name === 'UserError' || name === 'IoError' || stack === undefined ? {} : { stack }) });
}
port.close();
