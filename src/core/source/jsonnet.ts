// The jsonnet block of a directory source. Behaviour 2.2, "Directory".
import { type Environment, substitute } from './environment.js';

export interface JsonnetVariable {
  readonly name: string;
  readonly value: string;
  readonly code: boolean;
}

export interface JsonnetPlan {
  readonly tlas: readonly JsonnetVariable[];
  readonly extVars: readonly JsonnetVariable[];
  /** Relative to the repository's root. */
  readonly libs: readonly string[];
}

interface RawVariable {
  readonly name?: string;
  readonly value?: string;
  readonly code?: boolean;
}

export function jsonnetPlan(block: Readonly<Record<string, unknown>> | undefined, environment: Environment): JsonnetPlan {
  const variables = (value: unknown): JsonnetVariable[] =>
    ((value ?? []) as readonly RawVariable[]).map((each) => ({
      name: each.name ?? '',
      value: substitute(each.value ?? '', environment),
      code: each.code === true,
    }));
  return { tlas: variables(block?.['tlas']), extVars: variables(block?.['extVars']), libs: (block?.['libs'] ?? []) as readonly string[] };
}
