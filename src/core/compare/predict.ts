// What a live object would be after a sync: the same merge that the server makes, computed here. The object is predicted in
// the way in which it is written (behaviour 2.4, "Diff algorithm").
import { groupVersion, type Manifest } from '../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { LAST_APPLIED, normalTarget } from '../diff/normalise.js';
import { inLiveSpelling, type WriteMode } from '../diff/spelling.js';
import { isBuiltInGroup } from '../merge/built-in.js';
import type { FieldSet } from '../merge/field-set.js';
import { jsonMerge, threeWayJsonMerge } from '../merge/json-merge.js';
import { isEmptyRecord, isRecord } from '../merge/record.js';
import { applyServerSide } from '../merge/server-side-apply.js';
import { strategicMerge, threeWayStrategic } from '../merge/strategic.js';
import type { ComparisonSettings } from '../settings.js';
import { FIELD_MANAGER } from '../sync/how.js';

export interface PredictArgs {
  readonly table: TypeTable;
  readonly type: TypeNode;
  readonly target: Manifest;
  readonly live: Manifest;
  readonly serverSide: boolean;
  readonly settings: ComparisonSettings;
}

/** Live after a sync; the very same object where nothing would change. */
export function predict(args: PredictArgs): Manifest {
  const { table, type, live, settings } = args;
  const target = sameAddress(normalTarget(args.target, settings), live);
  const entry = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) => manager === FIELD_MANAGER && operation === 'Apply' && !subresource,
  );
  const applied = lastApplied(live);
  if (args.serverSide && (entry || applied === undefined)) {
    const owned = entry?.fieldsV1 as FieldSet | undefined;
    const aligned = inLiveSpelling({ table, mode: 'server-side' }, type, { target, live, owned }) as Manifest;
    // The time never shows: what is compared has no managedFields.
    return applyServerSide({ table, type, live, applied: aligned, manager: FIELD_MANAGER, force: true, now: '' }).object;
  }
  return threeWay({ ...args, target }, applied && sameAddress(normalTarget(applied, settings), live));
}

function threeWay({ table, type, live, target }: PredictArgs, applied: Manifest | undefined): Manifest {
  const builtIn = type.is !== 'any' && isBuiltInGroup(groupVersion(target.apiVersion).group);
  const mode: WriteMode = builtIn ? 'strategic' : 'json-merge';
  const modified = inLiveSpelling({ table, mode }, type, { target, live, original: applied });
  const versions = { original: applied ?? modified, modified, current: live };
  const patch = builtIn ? threeWayStrategic(table, type, versions) : threeWayJsonMerge(versions);
  if (isRecord(patch) && isEmptyRecord(patch)) return live;
  return (builtIn ? strategicMerge(table, type, live, patch) : jsonMerge(live, patch)) as Manifest;
}

/** A manifest that reached live by another version or without its namespace names the same object. */
function sameAddress(manifest: Manifest, live: Manifest): Manifest {
  const { namespace } = live.metadata;
  const sameVersion = manifest.apiVersion === live.apiVersion;
  if (sameVersion && manifest.metadata.namespace === namespace) return manifest;
  const { namespace: _, ...metadata } = manifest.metadata;
  return {
    ...manifest,
    apiVersion: live.apiVersion,
    metadata: (namespace === undefined ? metadata : { ...metadata, namespace }) as Manifest['metadata'],
  };
}

/** What `kubectl apply` wrote down; undefined where nobody did, or where it is no manifest. */
function lastApplied(live: Manifest): Manifest | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && isRecord(value['metadata']) && typeof value['apiVersion'] === 'string'
      ? (value as unknown as Manifest)
      : undefined;
  } catch {
    // Somebody's hand wrote something else there; without it only removals are lost.
    return undefined;
  }
}
