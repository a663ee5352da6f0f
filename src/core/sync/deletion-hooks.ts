// PreDelete and PostDelete: hooks around the deletion of an application, and the finalizers that keep the Application until they have run
// (behaviour 2.3, "Cascade delete").
import type { ComparedResource } from '../../domain/comparison.js';
import type { Plan, SyncPhase } from '../../domain/operation.js';
import type { ApiKind, Manifest, ResourceRef } from '../../domain/resource.js';
import { contentHash } from '../hash.js';
import { hookOf } from '../manifest/hooks.js';
import { hookInTheWay, hookTasks } from './hook-tasks.js';
import { orderTasks } from './order.js';

export type DeletionPhase = Extract<SyncPhase, 'PreDelete' | 'PostDelete'>;

const PHASES: readonly DeletionPhase[] = ['PreDelete', 'PostDelete'];
const RESOURCES = 'resources-finalizer.argocd.argoproj.io';
const FINALIZERS: Readonly<Record<DeletionPhase, string>> = {
  PreDelete: 'pre-delete-finalizer.argocd.argoproj.io',
  PostDelete: 'post-delete-finalizer.argocd.argoproj.io',
};

/** What the deletion of an Application does next, by the finalizers that it still has; undefined where nothing of it is ours. */
export function deletionStage(finalizers: readonly string[]): DeletionPhase | 'resources' | undefined {
  if (finalizers.some(isOf('PreDelete'))) return 'PreDelete';
  if (finalizers.some((name) => name.startsWith(RESOURCES))) return 'resources';
  return finalizers.some(isOf('PostDelete')) ? 'PostDelete' : undefined;
}

/** The finalizers that are left when a phase is over: its own, and the one of its cleaning up, are gone. */
export function afterPhase(phase: DeletionPhase, finalizers: readonly string[]): string[] {
  return finalizers.filter((name) => !isOf(phase)(name));
}

/** The finalizers of an application with these targets; undefined where it has just those. */
export function deletionFinalizers(finalizers: readonly string[], targets: readonly Manifest[]): string[] | undefined {
  const wanted = PHASES.reduce<readonly string[]>((names, phase) => {
    const others = afterPhase(phase, names);
    if (deletionHooks(targets, phase).length === 0) return others;
    const own = [FINALIZERS[phase], `${FINALIZERS[phase]}/cleanup`];
    return own.every((name) => names.includes(name)) ? names : [...others, ...own];
  }, finalizers);
  const same = wanted.length === finalizers.length && wanted.every((name) => finalizers.includes(name));
  return same ? undefined : [...wanted];
}

export function deletionHooks(targets: readonly Manifest[], phase: DeletionPhase): Manifest[] {
  return targets.filter((target) => {
    const role = hookOf(target);
    return role.kind === 'hook' && role.types.includes(phase);
  });
}

export interface DeletionHookInput {
  readonly app: string;
  readonly phase: DeletionPhase;
  readonly revisions: readonly string[];
  /** The hooks with what has their names now. */
  readonly hooks: readonly ComparedResource[];
  readonly kindOf: (ref: ResourceRef) => ApiKind | undefined;
  readonly refusal: (ref: ResourceRef, namespaced: boolean) => string | undefined;
}

/** All hooks of one phase as an ordinary plan: created, waited for and cleared away as in a sync. */
export function deletionHookPlan({ app, phase, revisions, hooks, kindOf, refusal }: DeletionHookInput): Plan {
  const tasks = orderTasks(hooks.flatMap((hook) => hookTasks(hook, 'foreground', kindOf(refOfHook(hook)) !== undefined, [phase])));
  const invalid = hooks.flatMap((hook) => {
    const ref = refOfHook(hook);
    const message = hookInTheWay(hook) ?? refusal(ref, kindOf(ref)?.namespaced ?? ref.namespace !== '');
    return message === undefined ? [] : [{ ref, message }];
  });
  return { app, revisions, tasks, deletes: [], hash: contentHash([app, tasks]), invalid };
}

function refOfHook({ key, version }: ComparedResource): ResourceRef {
  return { ...key, version };
}

function isOf(phase: DeletionPhase): (finalizer: string) => boolean {
  return (finalizer) => finalizer.startsWith(FINALIZERS[phase]);
}
