// The load of the benchmarks: applications of ten objects (5 ConfigMaps, Deployment, Service, ServiceAccount, Role, RoleBinding), as in
// the measurements of other tools.
import type { Manifest } from '../../src/domain/resource.js';

export const OBJECTS_PER_APP = 10;

/** The ten objects of application `i`, in the namespace `app-i`. */
export function objectsOf(i: number, revision = 0): Manifest[] {
  const name = `app-${i}`;
  const labels = { app: name };
  const meta = (suffix: string) => ({ name: suffix === '' ? name : `${name}-${suffix}`, labels });
  return [
    ...Array.from(
      { length: 5 },
      (_, n): Manifest => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: meta(`config-${n}`),
        data: { key: `value-${n}`, revision: String(revision), text: 'x'.repeat(200) },
      }),
    ),
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(''),
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: 'web', image: 'example/web:1', ports: [{ containerPort: 8080 }], env: [{ name: 'A', value: 'b' }] }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(''),
      spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: meta(''),
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: meta(''),
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name }],
    },
  ];
}

/** An automated Application for the folder `app-i`. */
export function applicationOf(i: number, place: { readonly repoURL: string; readonly cluster: string }): Manifest {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `app-${i}`, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: place.repoURL, targetRevision: 'main', path: `app-${i}` },
      destination: { name: place.cluster, namespace: 'bench' },
      syncPolicy: { automated: { prune: true, selfHeal: true } },
    },
  };
}

/** Runs `work` for every item, `limit` at a time. */
export async function concurrently<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
