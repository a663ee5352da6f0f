// PersistentVolumeClaims: bound to a volume made for them after a moment; the volume goes with its claim.
import type { Manifest } from '../../../domain/resource.js';
import { neverReady } from './behaviour.js';
import { MANAGER, timestamp, type World } from './world.js';

const BIND_MS = 500;
const COMPONENT = 'persistentvolume-controller';
export const DEFAULT_CLASS = 'standard';

interface ClaimSpec {
  readonly volumeName?: string;
  readonly storageClassName?: string;
  readonly accessModes?: readonly string[];
  readonly volumeMode?: string;
  readonly resources?: { readonly requests?: { readonly storage?: string } };
}

export function reconcileClaim(world: World, claim: Manifest): number | undefined {
  if (claim.metadata.deletionTimestamp) return undefined;
  const spec = claim.spec as ClaimSpec;
  if (spec.volumeName) return grow(world, claim, spec);
  const waitMs = Date.parse(claim.metadata.creationTimestamp ?? '') + BIND_MS - world.nowMs();
  if (waitMs > 0) return waitMs;
  const problem = refusal(world, claim, spec);
  if (problem) {
    world.events.record(claim, { type: 'Warning', reason: 'ProvisioningFailed', message: problem, component: COMPONENT });
    return undefined;
  }
  bind(world, claim, spec);
  return undefined;
}

function refusal(world: World, claim: Manifest, { storageClassName = DEFAULT_CLASS }: ClaimSpec): string | undefined {
  if (neverReady(claim)) return 'The sandbox was asked to keep this claim pending';
  if (storageClassName === '' || world.host.get('storage.k8s.io/StorageClass', '', storageClassName)) return undefined;
  return `storageclass.storage.k8s.io "${storageClassName}" not found`;
}

function bind(world: World, claim: Manifest, spec: ClaimSpec): void {
  const volumeName = `pvc-${claim.metadata.uid}`;
  const storageClassName = spec.storageClassName ?? DEFAULT_CLASS;
  const capacity = { storage: spec.resources?.requests?.storage ?? '1Gi' };
  const { name, namespace, uid } = claim.metadata;
  const volume = world.host.create(
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': 'sandbox' } },
      spec: {
        capacity,
        accessModes: spec.accessModes ?? ['ReadWriteOnce'],
        volumeMode: spec.volumeMode ?? 'Filesystem',
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName,
        claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
        hostPath: { path: `/sandbox/${volumeName}`, type: '' },
      },
    },
    { manager: MANAGER },
  );
  world.setStatus(volume, { phase: 'Bound', lastPhaseTransitionTime: timestamp(world.nowMs()) });
  const bound = world.host.update({ ...claim, spec: { ...spec, volumeName, storageClassName } }, { manager: MANAGER });
  world.setStatus(bound, { phase: 'Bound', accessModes: spec.accessModes ?? ['ReadWriteOnce'], capacity });
  const message = `Successfully provisioned volume ${volumeName}`;
  world.events.record(claim, { reason: 'ProvisioningSucceeded', message, component: COMPONENT });
}

/** A bound claim that asks for more gets more. */
function grow(world: World, claim: Manifest, spec: ClaimSpec): undefined {
  const status = (claim.status ?? {}) as { phase?: string; capacity?: { storage?: string } };
  const storage = spec.resources?.requests?.storage ?? '1Gi';
  if (status.phase === 'Bound' && status.capacity?.storage === storage) return;
  world.setStatus(claim, { ...status, phase: 'Bound', accessModes: spec.accessModes ?? ['ReadWriteOnce'], capacity: { storage } });
}

/** A volume whose claim is gone goes too, unless it is to be kept. */
export function releaseVolume(world: World, volume: Manifest): void {
  const policy = (volume.spec as { persistentVolumeReclaimPolicy?: string } | undefined)?.persistentVolumeReclaimPolicy;
  if (policy === 'Delete') world.host.remove(volume);
  else world.setStatus(volume, { ...(volume.status as object), phase: 'Released' });
}
