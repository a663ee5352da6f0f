// The world of the module: a clock, random numbers, and nothing else. Every other call of the system interface is refused, so a chart can
// open no file, reach no network and read no environment.
import { randomFillSync } from 'node:crypto';

const SUCCESS = 0;
const REFUSED = 8; // EBADF
const INVALID = 28; // EINVAL
/** klog reads the program's name while it is initialised. */
const PROGRAM_NAME = new TextEncoder().encode('core\0');
const MOST_ERROR_TEXT = 2_000;

/** An instance of a compiled module. `call` takes and gives JSON texts; it throws when the instance is lost. */
export async function instantiate(module) {
  const state = { memory: undefined, stderr: '' };
  const system = systemInterface(state);
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = system[name] ?? (() => REFUSED);
  }
  const { exports } = await WebAssembly.instantiate(module, imports);
  state.memory = exports.memory;
  exports._initialize();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  return {
    call(request) {
      state.stderr = '';
      try {
        const bytes = encoder.encode(request);
        const at = exports.alloc(bytes.length) >>> 0;
        new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
        const answer = BigInt.asUintN(64, exports.call(at, bytes.length));
        exports.free(at);
        const place = Number(answer >> 32n);
        const reply = decoder.decode(new Uint8Array(exports.memory.buffer, place, Number(answer & 0xffffffffn)));
        exports.free(place);
        return { reply, bytes: exports.memory.buffer.byteLength };
      } catch (error) {
        // The runtime says on its error output why it gave up: out of memory, stack overflow.
        const said = state.stderr.split('\n').find((line) => line.startsWith('fatal error') || line.startsWith('runtime:'));
        throw new Error(said ?? error.message);
      }
    },
  };
}

function systemInterface(state) {
  const view = () => new DataView(state.memory.buffer);
  const setUint32 = (at, value) => view().setUint32(at, value, true);
  return {
    args_sizes_get(count, size) {
      setUint32(count, 1);
      setUint32(size, PROGRAM_NAME.length);
      return SUCCESS;
    },
    args_get(pointers, buffer) {
      setUint32(pointers, buffer);
      new Uint8Array(state.memory.buffer).set(PROGRAM_NAME, buffer);
      return SUCCESS;
    },
    environ_sizes_get(count, size) {
      setUint32(count, 0);
      setUint32(size, 0);
      return SUCCESS;
    },
    environ_get: () => SUCCESS,
    clock_time_get(clock, _precision, out) {
      const nanoseconds = clock === 0 ? BigInt(Date.now()) * 1_000_000n : process.hrtime.bigint();
      view().setBigUint64(out, nanoseconds, true);
      return SUCCESS;
    },
    random_get(at, size) {
      randomFillSync(new Uint8Array(state.memory.buffer, at, size));
      return SUCCESS;
    },
    sched_yield: () => SUCCESS,
    fd_write(descriptor, vectors, count, out) {
      if (descriptor !== 1 && descriptor !== 2) return REFUSED;
      let written = 0;
      for (let i = 0; i < count; i++) {
        const at = view().getUint32(vectors + i * 8, true);
        const size = view().getUint32(vectors + i * 8 + 4, true);
        if (state.stderr.length < MOST_ERROR_TEXT) state.stderr += new TextDecoder().decode(new Uint8Array(state.memory.buffer, at, size));
        written += size;
      }
      setUint32(out, written);
      return SUCCESS;
    },
    poll_oneoff: (subscriptions, events, count, out) => sleepUntilFirst(state, { subscriptions, events, count, out }),
    proc_exit(code) {
      throw new Error(`the module ended itself with code ${code}`);
    },
  };
}

/** All goroutines sleep: this thread sleeps until the first of them is due. */
function sleepUntilFirst(state, { subscriptions, events, count, out }) {
  const view = new DataView(state.memory.buffer);
  let first;
  for (let i = 0; i < count; i++) {
    const at = subscriptions + i * 48;
    if (view.getUint8(at + 8) !== 0) continue;
    const nanoseconds = view.getBigUint64(at + 24, true);
    if (first === undefined || nanoseconds < first.nanoseconds) first = { at, nanoseconds };
  }
  if (first === undefined) return INVALID;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(first.nanoseconds / 1_000_000n));
  new Uint8Array(state.memory.buffer, events, 32).fill(0);
  view.setBigUint64(events, view.getBigUint64(first.at, true), true);
  view.setUint32(out, 1, true);
  return SUCCESS;
}
