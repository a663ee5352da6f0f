// jq programs that are more than paths are run by the WebAssembly core: the comparison says what it needs, is answered, and is made again.
import { stableJson } from '../hash.js';

export interface JqNeed {
  readonly expression: string;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface JqAnswers {
  /** By `jqId`: the object without what the program names. */
  readonly answers: ReadonlyMap<string, unknown>;
  /** What was asked for and is not answered yet; filled while comparing. */
  readonly needs: JqNeed[];
}

export function jqId({ expression, object }: JqNeed): string {
  return `${expression}\n${stableJson(object)}`;
}

/** The object without what the program names; as it is while that is not known. */
export function withoutJq(object: unknown, expression: string, jq: JqAnswers | undefined): unknown {
  if (!jq || object === null || typeof object !== 'object') return object;
  const need = { expression, object: object as Readonly<Record<string, unknown>> };
  const id = jqId(need);
  if (jq.answers.has(id)) return jq.answers.get(id);
  jq.needs.push(need);
  return object;
}
