// The patch that `kubectl apply` sends: three-way between the last-applied annotation, the manifest, and live.
import { isBuiltInGroup } from '../../core/merge/built-in.js';
import { threeWayJsonMerge } from '../../core/merge/json-merge.js';
import { threeWayStrategic } from '../../core/merge/strategic.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { type TypeTable, typeOfKind } from '../../domain/schema.js';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest with its own text as annotation, as kubectl writes it: sorted keys, without the annotation, a line end. */
export function withLastApplied(manifest: Manifest): Manifest {
  const { [LAST_APPLIED]: _old, ...annotations } = manifest.metadata.annotations ?? {};
  const { annotations: _all, ...metadata } = manifest.metadata;
  // kubectl's own text has an (empty) annotations field.
  const text = `${sortedJson({ ...manifest, metadata: { ...metadata, annotations } })}\n`;
  return { ...manifest, metadata: { ...manifest.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } };
}

/** The patch from live to the manifest, and its kind; undefined where there is nothing to change. */
export function clientSidePatch(
  manifest: Manifest,
  live: Manifest,
  table: TypeTable | undefined,
): { type: 'strategic' | 'merge'; body: unknown } | undefined {
  const { group, version } = groupVersion(manifest.apiVersion);
  const versions = { original: lastApplied(live), modified: withLastApplied(manifest), current: live };
  const type = table && isBuiltInGroup(group) ? typeOfKind(table, group, version, manifest.kind) : undefined;
  const body = table && type ? threeWayStrategic(table, type, versions) : threeWayJsonMerge(versions);
  if (typeof body !== 'object' || body === null || Object.keys(body).length === 0) return undefined;
  return { type: table && type ? 'strategic' : 'merge', body };
}

/** What was applied last; nothing where the annotation is missing or is not JSON. */
function lastApplied(live: Manifest): unknown {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch {
    // Somebody's hand wrote something else into the annotation; kubectl refuses here, without it only removals are lost.
    return {};
  }
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, field]) => `${JSON.stringify(name)}:${sortedJson(field)}`).join(',')}}`;
}
