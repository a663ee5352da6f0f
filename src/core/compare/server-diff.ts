// Comparison by the server's own dry run (ServerSideDiff=true): asked only where the merge computed here finds a difference, because
// the server may spell, default or admit it away. The comparison says what it needs, is answered, and is made again.
import type { Application } from '../../domain/application.js';
import type { Manifest, ResourceRef } from '../../domain/resource.js';
import { isRecord, sameJson } from '../merge/record.js';
import { compareOptions } from './compare-options.js';

export interface DryRunNeed {
  readonly ref: ResourceRef;
  readonly target: Manifest;
  readonly live: Manifest;
}

export interface DryRuns {
  /** Asked for by somebody, whatever annotations say. */
  readonly always: boolean;
  /** What the server said to this target over this live object; undefined while it was not asked. */
  answerTo(target: Manifest, live: Manifest): Manifest | undefined;
  /** Filled while comparing. */
  readonly needs: DryRunNeed[];
}

export interface ServerDiff {
  readonly dryRuns: DryRuns;
  /** What admission webhooks change counts as well (IncludeMutationWebhook=true). */
  readonly mutations: boolean;
}

/** Whether the server decides about an object: its own compare-options come before the application's. */
export function serverDiffOf(dryRuns: DryRuns, app: Pick<Application, 'metadata'>, target: Manifest): { readonly serverDiff?: ServerDiff } {
  const words = [...compareOptions(target), ...compareOptions(app)];
  const says = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  if (!dryRuns.always && says('ServerSideDiff') !== 'true') return {};
  return { serverDiff: { dryRuns, mutations: says('IncludeMutationWebhook') === 'true' } };
}

/** The object after a sync as the server has it; what was computed here, `predicted`, until the server was asked. */
export function serverPredicted(
  { dryRuns, mutations }: ServerDiff,
  need: DryRunNeed,
  { seen, predicted }: { readonly seen: Manifest; readonly predicted: Manifest },
): Manifest {
  if (predicted === seen && !mutations) return predicted;
  const answer = dryRuns.answerTo(need.target, need.live);
  if (answer === undefined) {
    dryRuns.needs.push(need);
    return predicted;
  }
  return mutations ? answer : (ownChanges(answer, seen, predicted) as Manifest);
}

/**
 * Of what the server would change, that which our own apply changes: what admission webhooks add or rewrite elsewhere stays as it is
 * live, as Argo CD leaves it out.
 */
export function ownChanges(answer: unknown, live: unknown, predicted: unknown): unknown {
  if (sameJson(answer, live)) return live;
  if (isRecord(answer) && isRecord(live) && isRecord(predicted)) {
    const keys = new Set([...Object.keys(live), ...Object.keys(answer)]);
    const entries = [...keys].map((key): [string, unknown] => [key, ownChanges(answer[key], live[key], predicted[key])]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  const lists = [answer, live, predicted];
  if (lists.every(Array.isArray) && new Set(lists.map((list) => (list as unknown[]).length)).size === 1)
    return (answer as unknown[]).map((item, i) => ownChanges(item, (live as unknown[])[i], (predicted as unknown[])[i]));
  return sameJson(predicted, live) ? live : answer;
}
