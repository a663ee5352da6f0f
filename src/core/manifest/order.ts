// The order in which kinds are written, and the wave of an object (behaviour 2.3).
import type { Manifest } from '../../domain/resource.js';

const KINDS: readonly string[] = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];

const RANKS = new Map(KINDS.map((kind, index) => [kind, index - KINDS.length]));

export const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';
export const HELM_HOOK_WEIGHT = 'helm.sh/hook-weight';

/** Smaller comes first. Negative for the kinds with a place of their own; 0, the last place, for all others. The group does not count. */
export function kindRank(kind: string): number {
  return RANKS.get(kind) ?? 0;
}

/** The sync wave; Helm's hook weight counts where there is none, also on objects that are no hooks. Text that is no integer counts as absent. */
export function waveOf(manifest: Manifest): number {
  const annotations = manifest.metadata.annotations;
  return integer(annotations?.[SYNC_WAVE]) ?? integer(annotations?.[HELM_HOOK_WEIGHT]) ?? 0;
}

function integer(text: unknown): number | undefined {
  return typeof text === 'string' && /^[+-]?\d{1,15}$/.test(text) ? Number(text) || 0 : undefined;
}
