// The conditions of an ApplicationSet, with Argo CD's types, reasons and messages (behaviour 2.1, "Conditions").
import type { Manifest } from '../../domain/resource.js';
import type { Expansion } from './expand.js';

export interface SetCondition {
  readonly type: 'ErrorOccurred' | 'ParametersGenerated' | 'ResourcesUpToDate' | 'RolloutProgressing';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
}

/** Something failed while the plan was carried out. */
export interface WriteFailure {
  readonly reason: 'CreateApplicationError' | 'UpdateApplicationError' | 'DeleteApplicationError' | 'RefreshApplicationError';
  readonly message: string;
}

const GENERATED = 'Successfully generated parameters for all Applications';
const UP_TO_DATE = 'All applications have been generated successfully';

/** What is wrong with the set as one reason and message; undefined where nothing is. */
export function failureOf(expansion: Expansion, failure?: WriteFailure): { readonly reason: string; readonly message: string } | undefined {
  if (expansion.stop) return expansion.stop;
  if (failure) return failure;
  const names = [...expansion.invalid.keys()].sort();
  const last = expansion.invalid.get(names.at(-1) ?? '');
  if (last === undefined) return undefined;
  // Only the last message, so that the status stays small with 10,000 applications.
  return { reason: 'ApplicationValidationError', message: names.length > 1 ? `${last} (and ${names.length - 1} more)` : last };
}

/** The conditions after one look at the set. The time of a condition moves with its status, reason or message. */
export function conditionsOf(
  set: Manifest,
  expansion: Expansion,
  options: { readonly now: string; readonly failure?: WriteFailure; readonly rolling?: boolean },
): SetCondition[] {
  const error = failureOf(expansion, options.failure);
  const generated = expansion.complete;
  const wanted: Omit<SetCondition, 'lastTransitionTime'>[] = [
    error
      ? { type: 'ErrorOccurred', status: 'True', ...error }
      : { type: 'ErrorOccurred', status: 'False', reason: 'ApplicationSetUpToDate', message: GENERATED },
    generated
      ? { type: 'ParametersGenerated', status: 'True', reason: 'ParametersGenerated', message: GENERATED }
      : { type: 'ParametersGenerated', status: 'False', reason: 'ErrorOccurred', message: error?.message ?? '' },
    error
      ? { type: 'ResourcesUpToDate', status: 'False', ...error }
      : { type: 'ResourcesUpToDate', status: 'True', reason: 'ApplicationSetUpToDate', message: UP_TO_DATE },
  ];
  if (options.rolling !== undefined) wanted.push(rolloutCondition(options.rolling));
  const before = conditionsIn(set);
  return wanted.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const same = old?.status === condition.status && old.reason === condition.reason && old.message === condition.message;
    return { ...condition, lastTransitionTime: same ? old.lastTransitionTime : options.now };
  });
}

function rolloutCondition(rolling: boolean): Omit<SetCondition, 'lastTransitionTime'> {
  return rolling
    ? { type: 'RolloutProgressing', status: 'True', reason: 'ApplicationSetModified', message: 'ApplicationSet Rollout Rollout started' }
    : {
        type: 'RolloutProgressing',
        status: 'False',
        reason: 'ApplicationSetRolloutComplete',
        message: 'ApplicationSet Rollout Rollout complete',
      };
}

export function conditionsIn(set: Manifest): readonly SetCondition[] {
  const status = set['status'] as { conditions?: readonly SetCondition[] } | undefined;
  return Array.isArray(status?.conditions) ? status.conditions : [];
}
