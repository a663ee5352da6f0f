// Fields that others own and an applier would change, in the server's words.
import { type FieldSet, intersection, membersOf } from './field-set.js';
import { printPath } from './granular.js';
import type { Manager } from './managers.js';

export interface Conflict {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  /** When that manager wrote last, where it is known. */
  readonly time?: string;
  /** '.spec.replicas', as kubectl prints it. */
  readonly path: string;
}

/** One conflict for each field among `written` that one of the managers owns. */
export function conflictsWith(managers: readonly Manager[], written: FieldSet): readonly Conflict[] {
  return managers.flatMap(({ entry, set }) =>
    membersOf(intersection(set, written)).map((path) => ({
      manager: entry.manager ?? '',
      operation: entry.operation ?? '',
      apiVersion: entry.apiVersion ?? '',
      ...(entry.subresource ? { subresource: entry.subresource } : {}),
      ...(entry.time ? { time: entry.time } : {}),
      path: printPath(path),
    })),
  );
}

/** The message and the causes of the 409 that a server answers; kubectl prints them as they are. */
export function describeConflicts(conflicts: readonly Conflict[]): {
  readonly message: string;
  readonly causes: readonly { readonly reason: 'FieldManagerConflict'; readonly message: string; readonly field: string }[];
} {
  const causes = conflicts.map((conflict) => ({
    reason: 'FieldManagerConflict' as const,
    message: `conflict with ${printManager(conflict)}`,
    field: conflict.path,
  }));
  const [first] = conflicts;
  if (conflicts.length === 1 && first) {
    return { message: `Apply failed with 1 conflict: conflict with ${printManager(first)}: ${first.path}`, causes };
  }
  const byManager = new Map<string, string[]>();
  for (const conflict of conflicts) {
    const name = printManager(conflict);
    const paths = byManager.get(name) ?? [];
    paths.push(`- ${conflict.path}`);
    byManager.set(name, paths);
  }
  const lines = [...byManager.keys()].sort().flatMap((name) => [`conflicts with ${name}:`, ...(byManager.get(name) ?? [])]);
  return { message: `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`, causes };
}

function printManager({ manager, operation, apiVersion, subresource, time }: Conflict): string {
  const name = `${JSON.stringify(manager)}${subresource ? ` with subresource ${JSON.stringify(subresource)}` : ''}`;
  if (operation !== 'Update') return name;
  return `${name} using ${apiVersion}${time ? ` at ${time}` : ''}`;
}
