// A worker that holds one instance of the module. It gets a request and answers {reply, bytes}; when the instance is lost (a trap, an
// exit) it says {lost} and is of no more use.
import { parentPort, workerData } from 'node:worker_threads';
import { instantiate } from './host.mjs';

const instance = instantiate(workerData.module);

parentPort.on('message', async (request) => {
  try {
    parentPort.postMessage((await instance).call(request));
  } catch (error) {
    parentPort.postMessage({ lost: String(error?.message ?? error) });
  }
});
