// One target against one live object: is there a difference, and which?
import type { Manifest, ResourceRef } from '../../domain/resource.js';
import { type TypeNode, type TypeTable, typeOfKind } from '../../domain/schema.js';
import { type IgnoreRules, ignoredIn } from '../diff/ignore-rules.js';
import type { JqAnswers } from '../diff/jq-needs.js';
import { comparable } from '../diff/normalise.js';
import { respected } from '../diff/respect.js';
import { TRACKING_ID } from '../manifest/tracking.js';
import { sameJson } from '../merge/record.js';
import type { ComparisonSettings } from '../settings.js';
import { predict } from './predict.js';
import { type ServerDiff, serverPredicted } from './server-diff.js';

export interface PairContext {
  readonly settings: ComparisonSettings;
  readonly rules: IgnoreRules;
  readonly serverSide: boolean;
  readonly table: TypeTable | undefined;
  readonly jq?: JqAnswers;
  /** Set where the server's dry run decides. */
  readonly serverDiff?: ServerDiff;
}

/** Both sides after normalisation where they differ; undefined where they do not. */
export type Difference = { readonly live: Manifest; readonly predicted: Manifest } | undefined;

const NO_TYPES: TypeTable = { types: {}, kinds: {} };
const ANY: TypeNode = { is: 'any' };
/** Compares what a sync would leave with what is live. */
export function differenceOf(ref: ResourceRef, target: Manifest, live: Manifest, context: PairContext): Difference {
  const { settings, serverSide } = context;
  const table = context.table ?? NO_TYPES;
  const type = typeOfKind(table, ref.group, ref.version, ref.kind) ?? ANY;
  const seen = adopted(target, live, settings);
  const computed = predict({ table, type, target, live: seen, serverSide, settings });
  const { serverDiff } = context;
  const predicted = serverDiff && serverSide ? serverPredicted(serverDiff, { ref, target, live }, { seen, predicted: computed }) : computed;
  if (predicted === seen) return undefined;
  const ignored =
    ignoredIn(context.rules, ref, { live, table, type, ...(context.jq ? { jq: context.jq } : {}) }) ?? ((object: Manifest) => object);
  const sides = { live: ignored(comparable(seen, settings)), predicted: ignored(comparable(predicted, settings)) };
  return sameJson(sides.live, sides.predicted) ? undefined : sides;
}

/** The target as a sync with RespectIgnoreDifferences applies it: see respect.ts. */
export function respectedTarget(ref: ResourceRef, target: Manifest, live: Manifest, context: PairContext): Manifest {
  const table = context.table ?? NO_TYPES;
  const type = typeOfKind(table, ref.group, ref.version, ref.kind) ?? ANY;
  const ignored = ignoredIn(context.rules, ref, { live, table, type, ...(context.jq ? { jq: context.jq } : {}) });
  return ignored ? respected(target, live, ignored) : target;
}

/**
 * An object that an older installation marked by label only counts as marked: the annotation is taken from the target,
 * and the label is no difference (behaviour 2.4, "Tracking").
 */
function adopted(target: Manifest, live: Manifest, { trackingMethod, instanceLabelKey }: ComparisonSettings): Manifest {
  const mark = target.metadata.annotations?.[TRACKING_ID];
  const byLabelOnly = live.metadata.labels?.[instanceLabelKey] && live.metadata.annotations?.[TRACKING_ID] === undefined;
  if (trackingMethod === 'label' || mark === undefined || !byLabelOnly) return live;
  const annotations = { ...live.metadata.annotations, [TRACKING_ID]: mark };
  const { [instanceLabelKey]: label = '', ...labels } = live.metadata.labels ?? {};
  const kept = target.metadata.labels?.[instanceLabelKey] === undefined ? labels : { ...labels, [instanceLabelKey]: label };
  return { ...live, metadata: { ...live.metadata, annotations, labels: kept } };
}
