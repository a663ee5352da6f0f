// What a server has from the start: the namespaces of a cluster with a uid that stays, its own Service; a hub has Argo CD's namespace too.
import { createHash } from 'node:crypto';
import type { Manifest } from '../../domain/resource.js';
import type { Context } from './context.js';
import { seed } from './inside.js';

export type Seed = 'cluster' | 'hub';

export function plant(context: Context, kind: Seed, controlNamespace = 'argocd'): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) seed(context, namespace(context, name));
  seed(context, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.0.0.1',
      clusterIPs: ['10.0.0.1'],
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
      sessionAffinity: 'None',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
    status: { loadBalancer: {} },
  });
  if (kind === 'hub') seed(context, namespace(context, controlNamespace));
}

function namespace(context: Context, name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, uid: stableUid(`${context.name}/${name}`), labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

/** The same server name gives the same uid in every process: grants are bound to it. */
function stableUid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
