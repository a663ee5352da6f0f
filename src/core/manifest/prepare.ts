// Rendered manifests -> targets: every object gets its namespace and its marks, exclusions and repetitions are settled
// (behaviour 2.2, "Targets post-processing").
import type { Application } from '../../domain/application.js';
import type { Problem } from '../../domain/problem.js';
import { type ApiKind, groupVersion, type Manifest, type ResourceRef, refOf, resourceId } from '../../domain/resource.js';
import { instanceName, markManifest, type TrackingSettings } from './tracking.js';

export interface PrepareInput {
  readonly app: Application;
  /** Of all sources, in order of the sources. They are not changed. */
  readonly manifests: readonly Manifest[];
  /** Kinds that the destination's discovery knows; others count as namespaced. */
  readonly kinds: readonly ApiKind[];
  readonly settings: TrackingSettings;
  readonly controlNamespace: string;
  /** Whether the settings (resource.exclusions, resource.inclusions) leave an object out. */
  excluded(ref: ResourceRef): boolean;
}

export interface Prepared {
  readonly targets: readonly Manifest[];
  readonly problems: readonly Problem[];
}

export function prepareTargets(input: PrepareInput): Prepared {
  const scopes = new Map(input.kinds.map((kind) => [`${kind.group}/${kind.kind}`, kind.namespaced]));
  const instance = instanceName(input.app.metadata, input.controlNamespace);
  const destinationNamespace = input.app.spec.destination.namespace ?? '';
  const placed = input.manifests.map((manifest) => {
    const marked = markManifest(manifest, instance, { settings: input.settings, destinationNamespace });
    const { group } = groupVersion(manifest.apiVersion);
    return withNamespace(marked, scopes.get(`${group}/${manifest.kind}`) ?? true, destinationNamespace);
  });
  const { unique, problems } = lastOfEach(placed);
  const excluded = unique.filter((manifest) => input.excluded(refOf(manifest)));
  return {
    targets: unique.filter((manifest) => !excluded.includes(manifest)),
    problems: [...problems, ...excluded.map(excludedWarning)],
  };
}

function withNamespace(manifest: Manifest, namespaced: boolean, destinationNamespace: string): Manifest {
  const current = manifest.metadata.namespace ?? '';
  const wanted = namespaced ? current || destinationNamespace : '';
  if (wanted === current && (wanted !== '' || !('namespace' in manifest.metadata))) return manifest;
  const { namespace: _, ...metadata } = manifest.metadata;
  return { ...manifest, metadata: wanted === '' ? metadata : { ...metadata, namespace: wanted } } as Manifest;
}

/** Of equal keys the last in source order counts. Objects that get their name from the server are all different. */
function lastOfEach(manifests: readonly Manifest[]): { unique: Manifest[]; problems: Problem[] } {
  const byId = new Map<string, Manifest[]>();
  manifests.forEach((manifest, index) => {
    const id = manifest.metadata.name ? resourceId(refOf(manifest)) : `generated ${index}`;
    const same = byId.get(id);
    if (same) same.push(manifest);
    else byId.set(id, [manifest]);
  });
  const unique = [...byId.values()].flatMap((same) => same.at(-1) ?? []);
  const problems = [...byId].flatMap(([id, same]): Problem[] =>
    same.length < 2
      ? []
      : [
          {
            type: 'RepeatedResourceWarning',
            message: `Resource ${id} appeared ${same.length} times among application resources.`,
            place: { object: id },
          },
        ],
  );
  return { unique, problems };
}

function excludedWarning(manifest: Manifest): Problem {
  const { group, kind, name } = refOf(manifest);
  return { type: 'ExcludedResourceWarning', message: `Resource ${group}/${kind} ${name} is excluded in the settings` };
}
