// HorizontalPodAutoscaler. Version 1 keeps its conditions as JSON in an annotation.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, health, type ObjectCondition } from '../read.js';

const V1_CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

const BROKEN: readonly (readonly [type: string, reason: string])[] = [
  ['AbleToScale', 'FailedGetScale'],
  ['AbleToScale', 'FailedUpdateScale'],
  ['ScalingActive', 'FailedGetResourceMetric'],
  ['ScalingActive', 'InvalidSelector'],
];

export function autoscalerHealth(object: Manifest): Health {
  const conditions = object.apiVersion === 'autoscaling/v1' ? annotatedConditions(object) : conditionsOf(object);
  if (conditions === undefined) return health('Unknown', 'failed to convert conditions annotation to typed conditions');
  const broken = conditions.find((each) => BROKEN.some(([type, reason]) => each.type === type && each.reason === reason));
  if (broken) return health('Degraded', broken.message);
  const well = conditions.find(({ type, status }) => (type === 'AbleToScale' || type === 'ScalingLimited') && status === 'True');
  return well ? health('Healthy', well.message) : health('Progressing', 'Waiting to Autoscale');
}

/** undefined where the annotation is there and is no JSON. */
function annotatedConditions(object: Manifest): readonly ObjectCondition[] | undefined {
  const text = object.metadata.annotations?.[V1_CONDITIONS];
  if (text === undefined || text === '') return [];
  try {
    return conditionsOf({ status: { conditions: JSON.parse(text) as unknown } });
  } catch {
    // Anybody may write annotations; what is no JSON is said as Unknown.
    return undefined;
  }
}
