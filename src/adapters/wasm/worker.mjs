// A worker that holds one instance of the module. It says {ready} when it has it, then gets requests and answers {reply, bytes}; when
// the instance is lost (a trap, an exit) it says {lost} and is of no more use.
import { parentPort, workerData } from 'node:worker_threads';
import { instantiate } from './host.mjs';

try {
  const instance = await instantiate(workerData.module);
  parentPort.on('message', (request) => {
    try {
      parentPort.postMessage(instance.call(request));
    } catch (error) {
      lost(error);
    }
  });
  parentPort.postMessage({ ready: true });
} catch (error) {
  lost(error);
}

function lost(error) {
  parentPort.postMessage({ lost: String(error?.message ?? error) });
}
