// ControllerRevisions: the templates that a StatefulSet or DaemonSet has had, for `kubectl rollout history` and undo.
import type { Manifest } from '../../../domain/resource.js';
import { templateHash, templateOf } from './template.js';
import { MANAGER, ownerReference, type World } from './world.js';

export const REVISION_LABEL = 'controller-revision-hash';

interface RevisionFields {
  readonly revision?: number;
}

/** Name of the revision of the present template; made when it does not exist, and made the newest when it is an older one. */
export function currentRevision(world: World, owner: Manifest): { readonly name: string; readonly hash: string } {
  const hash = templateHash(templateOf(owner));
  const name = `${owner.metadata.name}-${hash}`;
  const known = world.owned(owner, 'apps/ControllerRevision');
  const newest = Math.max(0, ...known.map(numberOf));
  const mine = known.find((each) => each.metadata.name === name);
  if (!mine) world.host.create(revisionObject(owner, { name, hash, revision: newest + 1 }), { manager: MANAGER });
  else if (numberOf(mine) < newest) world.host.update({ ...mine, revision: newest + 1 }, { manager: MANAGER });
  trim(world, owner, known);
  return { name, hash };
}

function numberOf(revision: Manifest): number {
  return (revision as RevisionFields).revision ?? 0;
}

function revisionObject(owner: Manifest, { name, hash, revision }: { name: string; hash: string; revision: number }): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      ...(owner.metadata.namespace ? { namespace: owner.metadata.namespace } : {}),
      labels: { ...templateOf(owner).metadata?.labels, [REVISION_LABEL]: hash },
      ownerReferences: [ownerReference(owner)],
    },
    data: { spec: { template: { ...structuredClone(templateOf(owner)), $patch: 'replace' } } },
    revision,
  };
}

function trim(world: World, owner: Manifest, known: readonly Manifest[]): void {
  const limit = (owner.spec as { revisionHistoryLimit?: number }).revisionHistoryLimit ?? 10;
  const used = new Set(world.owned(owner, '/Pod').map((pod) => pod.metadata.labels?.[REVISION_LABEL]));
  const idle = known.filter((each) => !used.has(each.metadata.labels?.[REVISION_LABEL])).sort((a, b) => numberOf(a) - numberOf(b));
  for (const each of idle.slice(0, Math.max(0, idle.length - limit - 1))) world.host.remove(each);
}
