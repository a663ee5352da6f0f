// What a cluster has before anyone uses it, as far as the controllers need it: a node and a storage class.
import type { Manifest } from '../../../domain/resource.js';
import { DEFAULT_CLASS } from './claim.js';
import { NODE_NAME } from './pod.js';
import { HOST_IP } from './pod-status.js';
import { MANAGER, type World } from './world.js';

const CAPACITY = { cpu: '16', memory: '64Gi', pods: '110000', 'ephemeral-storage': '500Gi' };

/** Creates what is missing; called once at start. */
export function seedCluster(world: World): void {
  const { host } = world;
  if (!host.get('/Node', '', NODE_NAME)) world.setStatus(host.create(node(), { manager: 'kubelet' }), nodeStatus(world), 'kubelet');
  if (!host.get('storage.k8s.io/StorageClass', '', DEFAULT_CLASS)) host.create(storageClass(), { manager: MANAGER });
}

function node(): Manifest {
  const labels = { 'kubernetes.io/hostname': NODE_NAME, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE_NAME, labels }, spec: { podCIDR: '10.244.0.0/16' } };
}

function nodeStatus(world: World): Record<string, unknown> {
  const now = world.now();
  return {
    capacity: CAPACITY,
    allocatable: CAPACITY,
    addresses: [
      { type: 'InternalIP', address: HOST_IP },
      { type: 'Hostname', address: NODE_NAME },
    ],
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'KubeletReady',
        message: 'the sandbox node is ready',
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
    nodeInfo: {
      architecture: 'amd64',
      bootID: '',
      containerRuntimeVersion: 'sandbox://1',
      kernelVersion: '',
      kubeProxyVersion: '',
      kubeletVersion: 'v1.32.0',
      machineID: '',
      operatingSystem: 'linux',
      osImage: 'sandbox',
      systemUUID: '',
    },
  };
}

function storageClass(): Manifest {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: DEFAULT_CLASS, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'sandbox.argosy.dev/volumes',
    allowVolumeExpansion: true,
  };
}
