// An expansion and its plan as people look at them.
import type { Manifest } from '../../domain/resource.js';
import type { SetPreview } from '../../domain/sets.js';
import type { Expansion } from './expand.js';
import type { SetPlan } from './set-plan.js';

export function previewOf(args: {
  readonly set: Manifest;
  readonly expansion: Expansion;
  readonly plan: SetPlan;
  readonly owned: readonly Manifest[];
  readonly staleSinceMs?: number | undefined;
}): SetPreview {
  const { set, expansion, plan, owned } = args;
  const touched = new Set([...plan.update.map(({ before }) => before), ...plan.remove.map(({ application }) => application)].map(nameOf));
  return {
    set: set.metadata.name,
    complete: expansion.complete,
    problems: [...expansion.problems.map(({ message }) => message), ...plan.refused.map(({ message }) => message)],
    applications: expansion.generated.map(({ application }) => application),
    lineages: expansion.generated.map(({ generator, origin, params }) => ({ generator, origin, params })),
    added: plan.create.map(nameOf),
    changed: plan.update.map(({ before, after }) => ({ name: nameOf(before), before, after })),
    removed: plan.remove.map(({ application, cascades }) => ({ name: nameOf(application), cascades, resources: resourcesOf(application) })),
    unchanged: owned
      .map(nameOf)
      .filter((name) => !touched.has(name))
      .sort(),
    invalid: [...expansion.invalid].map(([name, message]) => ({ name, message })),
    dropped: expansion.dropped.map(({ origin, by, params }) => ({ origin, by, params })),
    policy: (set['spec'] as { syncPolicy?: { applicationsSync?: string } } | undefined)?.syncPolicy?.applicationsSync ?? 'sync',
    ...(plan.approval === undefined ? {} : { approval: { hash: plan.hash, reason: plan.approval } }),
    ...(args.staleSinceMs === undefined ? {} : { staleSinceMs: args.staleSinceMs }),
  };
}

function nameOf({ metadata }: Manifest): string {
  return metadata.name;
}

function resourcesOf(application: Manifest): number {
  const { resources } = (application['status'] ?? {}) as { resources?: unknown };
  return Array.isArray(resources) ? resources.length : 0;
}
