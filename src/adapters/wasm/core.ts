// The WebAssembly core: two modules, each with workers of its own, so that a question of half a millisecond waits behind no chart.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CoreCall, ScriptCore } from '../../domain/wasm.js';
import { createPool, type PoolOptions } from './pool.js';

export interface ScriptCoreOptions {
  /** Of the module that renders charts, kustomizations and Jsonnet. */
  readonly workers?: number;
  /** An idle worker is ended after this long: its memory never shrinks by itself. */
  readonly idleMs?: number;
  readonly maxQueued?: number;
  /** Of the module for templates, Lua, jq and expressions. */
  readonly lightWorkers?: number;
  readonly lightIdleMs?: number;
}

/** Everything else is for the heavy module. */
const LIGHT = /^(templates|expr|goTemplate\..*|lua\..*|jq\..*)$/;
const MIB = 2 ** 20;

export function createScriptCore(options: ScriptCoreOptions = {}): ScriptCore {
  const folder = folderOfModules();
  const maxQueued = options.maxQueued ?? 10_000;
  const heavy: PoolOptions = {
    file: `${folder}heavy.wasm.br`,
    worker: `${folder}worker.mjs`,
    workers: options.workers ?? 2,
    idleMs: options.idleMs ?? 30_000,
    maxQueued,
    maxCalls: 500,
    maxBytes: 384 * MIB,
  };
  const light: PoolOptions = {
    ...heavy,
    file: `${folder}light.wasm.br`,
    workers: options.lightWorkers ?? 2,
    idleMs: options.lightIdleMs ?? 15_000,
    maxCalls: 50_000,
    maxBytes: 160 * MIB,
  };
  const pools = { heavy: createPool(heavy), light: createPool(light) };
  return {
    call: <T>(call: CoreCall): Promise<T> => pools[LIGHT.test(call.operation) ? 'light' : 'heavy'].call<T>(call),
    async close() {
      await Promise.all([pools.heavy.close(), pools.light.close()]);
    },
  };
}

/** Beside this file in the sources; in a folder of its own beside the bundle. */
function folderOfModules(): string {
  const places = ['./', './wasm/', '../wasm/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find((place) => existsSync(`${place}heavy.wasm.br`));
  if (found === undefined) throw new Error(`heavy.wasm.br is in none of ${places.join(', ')}`);
  return found;
}
