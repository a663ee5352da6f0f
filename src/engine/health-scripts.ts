// Health by the Lua scripts of argocd-cm. Scripts run in the WebAssembly core before a comparison; the comparison itself looks results up.
// One result per script and version of an object: an object that did not change is not judged again.
import { healthOf } from '../core/health/health.js';
import { type HealthScript, healthScriptOf } from '../core/health/script.js';
import type { ComparisonSettings } from '../core/settings.js';
import type { Health, HealthStatusCode } from '../domain/application.js';
import { IoError } from '../domain/problem.js';
import type { Manifest } from '../domain/resource.js';
import { luaHealth } from '../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../domain/wasm.js';

interface Judged {
  readonly script: string;
  /** undefined: the script has no opinion. */
  readonly health: Health | undefined;
}

export class HealthScripts {
  readonly #core: ScriptCore;
  readonly #settings: () => ComparisonSettings;
  /** Objects of the live index are never changed in place: an object is its version. */
  readonly #judged = new WeakMap<Manifest, Judged>();

  constructor(core: ScriptCore, settings: () => ComparisonSettings) {
    this.#core = core;
    this.#settings = settings;
  }

  /** Runs the scripts of those objects that were not judged yet. Without scripts nothing is waited for. */
  async prepare(objects: Iterable<Manifest>): Promise<void> {
    const { customizations } = this.#settings();
    if (!customizations.some(({ healthLua }) => healthLua)) return;
    const open: Promise<void>[] = [];
    for (const object of objects) {
      const script = healthScriptOf(customizations, object);
      if (script && this.#judged.get(object)?.script !== script.script) open.push(this.#judge(object, script));
    }
    await Promise.all(open);
  }

  /** The health of a live object: being deleted, by its script, or by what is built in. */
  healthOf(object: Manifest): Health | undefined {
    const script = object.metadata.deletionTimestamp ? undefined : healthScriptOf(this.#settings().customizations, object);
    const judged = script && this.#judged.get(object);
    return judged && judged.script === script.script ? judged.health : healthOf(object);
  }

  async #judge(object: Manifest, { script, useOpenLibs }: HealthScript): Promise<void> {
    try {
      const { status, message } = await luaHealth(this.#core, { script, obj: object, useOpenLibs }, { fairKey: 'health' });
      const health = status === undefined ? undefined : { status: status as HealthStatusCode, ...(message ? { message } : {}) };
      this.#judged.set(object, { script, health });
    } catch (error) {
      if (!(error instanceof CoreFailure) && !(error instanceof IoError)) throw error;
      this.#judged.set(object, { script, health: { status: 'Unknown', message: error.message } });
    }
  }
}
