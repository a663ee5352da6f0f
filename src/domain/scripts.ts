// What users write for Argo CD to run: templates, Lua, jq and expressions, asked of the WebAssembly core with types. Every question has
// two deadlines: the script's own, which ends it with a sentence and is meant to be the one met, and the worker's behind it.
import type { CoreCall, ScriptCore } from './wasm.js';

export interface ScriptLimits {
  /** How long the script may run. Usual: 1 s for Lua, jq and expressions, 10 s for all templates of a call. */
  readonly ms?: number;
  readonly fairKey?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** How much later than the script's own deadline the worker is ended. */
const GRACE_MS = 5_000;
const SCRIPT_MS = 1_000;
const TEMPLATES_MS = 10_000;

export type RenderedTexts = { readonly texts: readonly string[]; readonly error?: undefined } | { readonly error: string };

export interface TemplatesInput {
  readonly texts: readonly string[];
  readonly params: readonly Json[];
  /** goTemplateOptions, as 'missingkey=error'. */
  readonly options?: readonly string[];
}

/** Every text executed with every set of parameters. The answers are in the order of the parameters; the first failing text is told. */
export function renderTemplates(core: ScriptCore, input: TemplatesInput, limits?: ScriptLimits): Promise<readonly RenderedTexts[]> {
  return core.call(question('templates', input, { ms: TEMPLATES_MS, ...limits }));
}

/** `patch` is the rendered templatePatch, a text that is still to be merged. */
export type RenderedApplication =
  | { readonly object: Json; readonly patch?: string; readonly error?: undefined }
  | { readonly error: string };

export interface ApplicationsInput {
  readonly template: Json;
  readonly templatePatch?: string;
  readonly params: readonly Json[];
  readonly options?: readonly string[];
}

/** So many Applications come by one call: more would fill the memory of the module, and let others wait. */
const APPLICATIONS_AT_ONCE = 500;

/**
 * One Application per set of parameters: all strings and keys executed as Go templates. Without parameters the template comes as it is.
 * `ms` counts for every 500 sets anew.
 */
export function renderApplications(
  core: ScriptCore,
  input: ApplicationsInput,
  limits?: ScriptLimits,
): Promise<readonly RenderedApplication[]> {
  const parts = Array.from({ length: Math.ceil(input.params.length / APPLICATIONS_AT_ONCE) }, (_, part) => {
    const params = input.params.slice(part * APPLICATIONS_AT_ONCE, (part + 1) * APPLICATIONS_AT_ONCE);
    const call = question('goTemplate.applications', { ...input, params }, { ms: TEMPLATES_MS, ...limits });
    return core.call<readonly RenderedApplication[]>(call);
  });
  return Promise.all(parts).then((rendered) => rendered.flat());
}

export interface LuaInput {
  readonly script: string;
  readonly obj: Json;
  /** With string, math, coroutine and a global os. Argo CD's own health scripts have them. */
  readonly useOpenLibs?: boolean;
}

/** Both fields are absent where the script says nothing about the object. An unknown status comes as Unknown with a message. */
export interface LuaHealth {
  readonly status?: string;
  readonly message?: string;
}

export function luaHealth(core: ScriptCore, input: LuaInput, limits?: ScriptLimits): Promise<LuaHealth> {
  return core.call(question('lua.health', input, { ms: SCRIPT_MS, ...limits }));
}

export interface LuaActionOffer {
  readonly name: string;
  readonly disabled: boolean;
  readonly params?: readonly { readonly name?: string; readonly value?: string; readonly type?: string; readonly default?: string }[];
  readonly iconClass?: string;
  readonly displayName?: string;
}

/** Actions by their names. Of several scripts the earlier one wins where both offer an action. */
export function luaActions(
  core: ScriptCore,
  input: { readonly scripts: readonly string[]; readonly obj: Json; readonly useOpenLibs?: boolean },
  limits?: ScriptLimits,
): Promise<Readonly<Record<string, LuaActionOffer>>> {
  const ms = limits?.ms ?? SCRIPT_MS;
  return core.call({ ...question('lua.actions.discovery', input, { ...limits, ms }), deadlineMs: ms * input.scripts.length + GRACE_MS });
}

export interface LuaImpact {
  readonly operation: 'patch' | 'create';
  readonly object: Json;
}

/** `parameters` are the script's actionParams. */
export function luaAction(
  core: ScriptCore,
  input: LuaInput & { readonly parameters?: Json },
  limits?: ScriptLimits,
): Promise<readonly LuaImpact[]> {
  return core.call(question('lua.action', input, { ms: SCRIPT_MS, ...limits }));
}

/** Without `object`, an index: the expression itself cannot be read. */
export interface JqMistake {
  readonly expression: string;
  readonly object?: number;
  readonly error: string;
}

export interface JqDeleted {
  /** In the order of the input; untouched by the expressions that failed. */
  readonly objects: readonly Json[];
  readonly errors: readonly JqMistake[];
}

const MOST_JQ_MS = 30_000;

/** `ms` counts for each expression on each object anew. */
export function jqDelete(
  core: ScriptCore,
  input: { readonly expressions: readonly string[]; readonly objects: readonly Json[] },
  limits?: ScriptLimits,
): Promise<JqDeleted> {
  const ms = limits?.ms ?? SCRIPT_MS;
  const all = Math.min(ms * input.expressions.length * input.objects.length, MOST_JQ_MS);
  return core.call({ ...question('jq.delete', input, { ...limits, ms }), deadlineMs: all + GRACE_MS });
}

export function jqQuery(
  core: ScriptCore,
  input: { readonly query: string; readonly input: unknown },
  limits?: ScriptLimits,
): Promise<readonly unknown[]> {
  return core.call(question('jq.query', input, { ms: SCRIPT_MS, ...limits }));
}

/** The value of an expression of a notification trigger, null for nil. `time` and `strings` are there beside `env`. */
export function evaluateExpression(
  core: ScriptCore,
  input: { readonly code: string; readonly env: Json },
  limits?: ScriptLimits,
): Promise<unknown> {
  return core.call(question('expr', input, { ms: SCRIPT_MS, ...limits }));
}

function question(operation: string, input: object, { ms, fairKey }: { ms: number; fairKey?: string | undefined }): CoreCall {
  return { operation, input: { ...input, ms }, deadlineMs: ms + GRACE_MS, ...(fairKey === undefined ? {} : { fairKey }) };
}
