// Argo Rollouts, analysis runs, Flagger and Flux: what is rolled out in steps, or by another tool. Messages are Argo CD's.
import type { Health, HealthStatusCode } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { at, conditionsOf, health, listAt, maybeNumberAt, numberAt, textAt } from '../read.js';
import type { Judge } from './rule.js';

/** The controller's own phases are health codes, but for a pause. */
export function rolloutHealth(object: Manifest): Health {
  if (!isObserved(object)) return health('Progressing', 'Waiting for rollout spec update to be observed');
  const phase = textAt(object, 'status', 'phase');
  if (phase !== '') return health(phase === 'Paused' ? 'Suspended' : (phase as HealthStatusCode), textAt(object, 'status', 'message'));
  const bad = conditionsOf(object).find(
    ({ type, reason }) =>
      type === 'InvalidSpec' || (type === 'Progressing' && (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded')),
  );
  if (bad) return health('Degraded', bad.message);
  if (listAt(object, 'status', 'pauseConditions').length > 0 || at(object, 'spec', 'paused') === true)
    return health('Suspended', 'Rollout is paused');
  return replicasOf(object) ?? stepsOf(object) ?? health('Healthy');
}

function isObserved(object: Manifest): boolean {
  if (at(object, 'status') === undefined) return false;
  const generation = numberAt(object, 'metadata', 'generation');
  const observed = Number(at(object, 'status', 'observedGeneration'));
  // Old controllers wrote a hash there.
  const isSpecSeen = Number.isNaN(observed) || observed >= generation;
  if (at(object, 'spec', 'workloadRef') === undefined || object.metadata.annotations === undefined) return isSpecSeen;
  const workload = object.metadata.annotations['rollout.argoproj.io/workload-generation'];
  const seen = at(object, 'status', 'workloadObservedGeneration');
  return isSpecSeen && String(workload ?? '') === String(seen ?? '');
}

function replicasOf(object: Manifest): Health | undefined {
  if (at(object, 'status', 'currentPodHash') === undefined)
    return health('Progressing', 'Waiting for rollout to finish: status has not been reconciled.');
  const wanted = maybeNumberAt(object, 'spec', 'replicas') ?? 1;
  const updated = numberAt(object, 'status', 'updatedReplicas');
  if (updated < wanted) return health('Progressing', 'Waiting for roll out to finish: More replicas need to be updated');
  if (numberAt(object, 'status', 'availableReplicas') < updated)
    return health('Progressing', 'Waiting for roll out to finish: updated replicas are still becoming available');
  return undefined;
}

function stepsOf(object: Manifest): Health | undefined {
  const current = at(object, 'status', 'currentPodHash');
  const stable = at(object, 'status', 'stableRS') ?? at(object, 'status', 'canary', 'stableRS') ?? '';
  if (at(object, 'spec', 'strategy', 'blueGreen') !== undefined) {
    if (at(object, 'status', 'blueGreen', 'activeSelector') !== current) return health('Progressing', 'active service cutover pending');
    return stable !== '' && stable !== current ? health('Progressing', 'waiting for analysis to complete') : undefined;
  }
  if (at(object, 'spec', 'strategy', 'canary') === undefined) return undefined;
  if (numberAt(object, 'status', 'replicas') > numberAt(object, 'status', 'updatedReplicas'))
    return health('Progressing', 'Waiting for roll out to finish: old replicas are pending termination');
  return stable === '' || stable !== current ? health('Progressing', 'Waiting for rollout to finish steps') : undefined;
}

const ENDS: Readonly<Record<string, readonly [HealthStatusCode, string]>> = {
  Successful: ['Healthy', 'Analysis run completed successfully'],
  Failed: ['Degraded', 'Analysis run failed'],
  Error: ['Degraded', 'Analysis run had an error'],
  Inconclusive: ['Unknown', 'Analysis run was inconclusive'],
};

export function analysisRunHealth(object: Manifest): Health {
  if (at(object, 'status') === undefined)
    return health('Progressing', 'Waiting for analysis run to finish: status has not been reconciled.');
  const end = ENDS[textAt(object, 'status', 'phase')];
  return end ? health(end[0], textAt(object, 'status', 'message') || end[1]) : health('Progressing', 'Analysis run is running');
}

const CANARY: Readonly<Record<string, HealthStatusCode>> = {
  Failed: 'Degraded',
  Progressing: 'Progressing',
  Finalising: 'Progressing',
  Promoting: 'Progressing',
  Succeeded: 'Healthy',
  Initialized: 'Healthy',
};

export function canaryHealth(object: Manifest): Health {
  if (at(object, 'status') === undefined) return health('Unknown', 'No status');
  const phase = textAt(object, 'status', 'phase');
  const weight = Number(at(object, 'status', 'canaryWeight'));
  const messages = [...(weight > 0 ? [`Canary Weight: ${weight} %`] : []), ...conditionsOf(object).map(({ message }) => message)];
  return health(CANARY[phase] ?? 'Unknown', `${phase} --- ${messages.join(' --- ')}`);
}

interface FluxRule {
  /** Conditions that, being true, count as one success each, beside Ready. */
  readonly also?: readonly string[];
  readonly successes: number;
  /** What of Ready counts as being under way, and which reasons of Reconciling do. */
  readonly underWay: 'Unknown' | 'False';
  readonly reasons?: readonly string[];
  /** Two signs of being under way mean this. */
  readonly means?: HealthStatusCode;
}

/** Flux tells by several conditions together; its reasons are the messages. */
export function fluxHealth({ also = [], successes, underWay, reasons, means = 'Progressing' }: FluxRule): Judge {
  return (object) => {
    if (at(object, 'spec', 'suspend') === true) return health('Suspended', `${object.kind} is suspended`);
    const conditions = conditionsOf(object);
    if (at(object, 'status', 'conditions') === undefined) return health('Progressing', 'Status unknown');
    let [moving, done, message] = [0, 0, ''];
    for (const { type, status, reason } of conditions) {
      if (type === 'Ready') {
        if (status === 'True') done++;
        else if (status === underWay) moving++;
        message = reason;
      } else if (type === 'Reconciling' && status === 'True' && (!reasons || reasons.includes(reason))) moving++;
      else if (type === 'ArtifactOutdated' && status === 'True') message += ` ${reason}`;
      else if (also.includes(type) && status === 'True') done++;
    }
    if (moving === 2) return health(means, message);
    return health(done === successes ? 'Healthy' : 'Degraded', message);
  };
}

const source = fluxHealth({ also: ['ArtifactInStorage'], successes: 2, underWay: 'Unknown' });
const automation = fluxHealth({ successes: 1, underWay: 'Unknown' });

export const DELIVERY: Readonly<Record<string, Judge>> = {
  'argoproj.io/Rollout': rolloutHealth,
  'argoproj.io/AnalysisRun': analysisRunHealth,
  'flagger.app/Canary': canaryHealth,
  'kustomize.toolkit.fluxcd.io/Kustomization': automation,
  'image.toolkit.fluxcd.io/ImageUpdateAutomation': automation,
  'helm.toolkit.fluxcd.io/HelmRelease': fluxHealth({ also: ['Released', 'TestSuccess'], successes: 2, underWay: 'Unknown' }),
  'source.toolkit.fluxcd.io/GitRepository': source,
  'source.toolkit.fluxcd.io/HelmRepository': source,
  'source.toolkit.fluxcd.io/HelmChart': source,
  'source.toolkit.fluxcd.io/OCIRepository': source,
  'source.toolkit.fluxcd.io/Bucket': source,
  'image.toolkit.fluxcd.io/ImageRepository': fluxHealth({ successes: 1, underWay: 'False', reasons: ['NewGeneration', 'Scanning'] }),
  'image.toolkit.fluxcd.io/ImagePolicy': fluxHealth({
    successes: 1,
    underWay: 'False',
    reasons: ['NewGeneration', 'AccessingRepository', 'ApplyingPolicy'],
  }),
  'notification.toolkit.fluxcd.io/Receiver': fluxHealth({ successes: 1, underWay: 'False', means: 'Degraded' }),
};
