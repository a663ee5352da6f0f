// Who owns which field, step by step, compared with what a real server answered. PodTemplates, because no controller touches them.
import { expect, it } from 'vitest';
import type { Manifest } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';
import { configMap, expectGolden, gone, live, MANAGER, makeNamespace, raw, refusal, remove, SERVER_SIDE, type Subject } from './subject.js';

function podTemplate(containers: unknown[], rest: { metadata?: Record<string, unknown>; spec?: Record<string, unknown> } = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: { name: 'pod', namespace: 'ownership', ...rest.metadata },
    template: { metadata: { labels: { app: 'pod' } }, spec: { containers, ...rest.spec } },
  };
}

const MAIN = {
  name: 'main',
  image: 'nginx:1',
  args: ['a', 'b'],
  env: [
    { name: 'A', value: '1' },
    { name: 'B', value: '2' },
  ],
  ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }],
  resources: { requests: { cpu: '0.1' } },
};
const SIDECAR = { name: 'sidecar', image: 'envoy:1' };

export function ownershipContract(subject: () => Subject): void {
  const how = (fieldManager: string, force = false) => ({ mode: 'server-side', fieldManager, force }) as const;
  const clear = async (manifest: Manifest) => {
    await makeNamespace(subject(), 'ownership');
    const old = await subject().cluster.get(refOf(manifest));
    if (!old) return;
    await subject().cluster.patch(refOf(old), { type: 'merge', body: { metadata: { finalizers: null } }, fieldManager: 'x' });
    await remove(subject(), old);
    await gone(subject(), refOf(old));
  };

  it('server-side apply: create, change, share, conflict, force, give up', async () => {
    const { cluster } = subject();
    await clear(podTemplate([]));
    const labels = { metadata: { labels: { a: '1', b: '2' }, finalizers: ['example.com/one'] } };
    const steps: Record<string, unknown> = {};
    steps['create'] = await cluster.apply(podTemplate([MAIN, SIDECAR], labels), SERVER_SIDE);
    steps['another adds an env and a label'] = await cluster.apply(
      podTemplate([{ name: 'main', env: [{ name: 'C', value: '3' }] }], { metadata: { labels: { c: '3' } } }),
      how('other'),
    );
    const clash = podTemplate([{ name: 'main', image: 'nginx:2' }], { metadata: { labels: { a: 'x' } } });
    const conflict = await refusal(cluster.apply(clash, how('other')));
    steps['conflict'] = {
      status: conflict.status,
      reason: conflict.reason,
      retry: conflict.retry,
      message: conflict.message.replace(/cluster "[^"]*"/, 'cluster'),
    };
    steps['forced'] = await cluster.apply(clash, how('other', true));
    const ceded = { metadata: { ...labels.metadata, labels: { a: 'x', b: '2' } } };
    steps['the first gives the image up'] = await cluster.apply(podTemplate([{ ...MAIN, image: undefined }, SIDECAR], ceded), SERVER_SIDE);
    steps['the first drops a container, a port, an argument list and a label'] = await cluster.apply(
      podTemplate([{ name: 'main', env: MAIN.env, ports: [{ containerPort: 80 }] }], { metadata: { labels: { a: 'x' } } }),
      SERVER_SIDE,
    );
    steps['both agree on a value'] = await cluster.apply(
      podTemplate([{ name: 'main', image: 'nginx:2', env: MAIN.env }], { metadata: { labels: { a: 'x' } } }),
      SERVER_SIDE,
    );
    steps['the other leaves'] = await cluster.apply(podTemplate([{ name: 'main', image: 'nginx:2' }]), how('other'));
    expectGolden(subject(), 'ownership-apply', steps);
  });

  it('updates and patches: who changed what', async () => {
    const { cluster } = subject();
    await clear(podTemplate([]));
    const path = '/api/v1/namespaces/ownership/podtemplates/pod';
    const steps: Record<string, unknown> = {};
    steps['created by POST'] = await cluster.apply(podTemplate([MAIN, SIDECAR], { metadata: { labels: { a: '1' } } }), {
      mode: 'create',
      fieldManager: 'creator',
    });
    const patch = async (type: string, body: unknown, fieldManager = 'patcher') =>
      (await raw(subject(), 'PATCH', path, { headers: { 'content-type': `application/${type}+json` }, query: { fieldManager }, body }))
        .body;
    steps['merge patch'] = await patch('merge-patch', { metadata: { labels: { a: null, b: '2' } } });
    steps['strategic patch'] = await patch('strategic-merge-patch', {
      template: {
        spec: {
          containers: [
            { name: 'main', image: 'nginx:2' },
            { $patch: 'delete', name: 'sidecar' },
          ],
        },
      },
    });
    steps['JSON patch'] = await patch('json-patch', [{ op: 'replace', path: '/template/spec/containers/0/args/0', value: 'z' }], 'creator');
    const now = await live(subject(), podTemplate([]));
    steps['PUT'] = await cluster.apply(
      { ...now, metadata: { ...now.metadata, annotations: { x: 'y' } } },
      { mode: 'replace', fieldManager: 'putter' },
    );
    steps['applied over updates'] = await cluster.apply(podTemplate([{ name: 'main', image: 'nginx:3' }]), how(MANAGER, true));
    expectGolden(subject(), 'ownership-update', steps);
  });

  it('lists of every type: set, atomic, map with two keys, nested', async () => {
    const { cluster } = subject();
    await makeNamespace(subject(), 'ownership');
    const service = (ports: unknown[], rest = {}): Manifest => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'svc', namespace: 'ownership' },
      spec: { selector: { app: 'x' }, ports, ...rest },
    });
    const old = await cluster.get(refOf(service([])));
    if (old) await cluster.remove(refOf(old), old.metadata.uid ?? '', 'background');
    const steps: Record<string, unknown> = {};
    steps['two ports of one number'] = await cluster.apply(
      service(
        [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns' },
        ],
        { externalIPs: ['1.2.3.4'] },
      ),
      SERVER_SIDE,
    );
    steps['another adds a port'] = await cluster.apply(service([{ name: 'web', port: 80, protocol: 'TCP' }]), how('other'));
    const conflict = await refusal(
      cluster.apply(service([{ name: 'web', port: 80, protocol: 'TCP' }], { selector: { app: 'y' } }), how('other')),
    );
    steps['selector is one value'] = conflict.message.replace(/cluster "[^"]*"/, 'cluster');
    steps['the first removes one'] = await cluster.apply(service([{ name: 'dns', port: 53, protocol: 'UDP' }]), SERVER_SIDE);
    expectGolden(subject(), 'ownership-lists', steps);
  });

  it('kubectl objects taken over from client-side apply', async () => {
    const { cluster } = subject();
    await makeNamespace(subject(), 'ownership');
    const manifest = (data: Record<string, string>) => configMap('ownership', 'from-kubectl', data);
    const old = await cluster.get(refOf(manifest({})));
    if (old) await cluster.remove(refOf(old), old.metadata.uid ?? '', 'background');
    const steps: Record<string, unknown> = {};
    steps['client-side'] = await cluster.apply(manifest({ a: '1', b: '2' }), {
      mode: 'client-side',
      fieldManager: 'kubectl-client-side-apply',
    });
    steps['server-side by another manager'] = await cluster.apply(manifest({ a: '1' }), how(MANAGER, true));
    expectGolden(subject(), 'ownership-from-client-side', steps);
    expect(((await live(subject(), manifest({})))['data'] as Record<string, string>)['b']).toBe('2');
  });

  it('writes defaulted objects of many kinds as a real server does', async () => {
    const { cluster } = subject();
    await makeNamespace(subject(), 'ownership');
    const steps: Record<string, unknown> = {};
    for (const manifest of manyKinds('ownership')) {
      const answer = await cluster.apply(manifest, { ...SERVER_SIDE, dryRun: true });
      steps[`${manifest.apiVersion} ${manifest.kind} ${manifest.metadata.name}`] = answer;
    }
    expectGolden(subject(), 'defaults', steps);
  });
}

function manyKinds(namespace: string): Manifest[] {
  const of = (apiVersion: string, kind: string, rest: Record<string, unknown>, cluster = false): Manifest => ({
    apiVersion,
    kind,
    metadata: { name: 'x', ...(cluster ? {} : { namespace }) },
    ...rest,
  });
  const pod = (rest = {}) => ({
    metadata: { labels: { app: 'x' } },
    spec: {
      containers: [{ name: 'c', image: 'i:1', ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { path: '/', port: 80 } } }],
      ...rest,
    },
  });
  const selector = { matchLabels: { app: 'x' } };
  return [
    of('v1', 'Pod', { spec: { ...pod().spec, serviceAccountName: 'default', automountServiceAccountToken: false, tolerations: [] } }),
    of('v1', 'Service', { spec: { clusterIP: 'None', ports: [{ port: 80 }], selector: { app: 'x' } } }),
    of('v1', 'ServiceAccount', {}),
    of('v1', 'Secret', { stringData: { a: 'b' } }),
    of('v1', 'PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } } }),
    of('apps/v1', 'Deployment', {
      spec: {
        selector,
        template: pod({
          volumes: [
            { name: 'v', configMap: { name: 'c' } },
            { name: 'e', emptyDir: {} },
          ],
        }),
      },
    }),
    of('apps/v1', 'StatefulSet', {
      spec: {
        selector,
        serviceName: 's',
        template: pod(),
        volumeClaimTemplates: [
          { metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
        ],
      },
    }),
    of('apps/v1', 'DaemonSet', { spec: { selector, template: pod({ hostNetwork: true }) } }),
    of('batch/v1', 'Job', { spec: { template: pod({ restartPolicy: 'Never' }) } }),
    of('batch/v1', 'CronJob', {
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template: pod({ restartPolicy: 'OnFailure' }) } } },
    }),
    of('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
      },
    }),
    of('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            host: 'a.example',
            http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'x', port: { number: 80 } } } }] },
          },
        ],
      },
    }),
    of('networking.k8s.io/v1', 'NetworkPolicy', { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } }),
    of('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector } }),
    of('rbac.authorization.k8s.io/v1', 'Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }),
    of('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ kind: 'ServiceAccount', name: 'x', namespace }],
    }),
    of(
      'rbac.authorization.k8s.io/v1',
      'ClusterRoleBinding',
      { roleRef: { kind: 'ClusterRole', name: 'x', apiGroup: 'rbac.authorization.k8s.io' }, subjects: [{ kind: 'User', name: 'u' }] },
      true,
    ),
    of('storage.k8s.io/v1', 'StorageClass', { provisioner: 'example.com/x' }, true),
    of('scheduling.k8s.io/v1', 'PriorityClass', { value: 5 }, true),
    of('v1', 'Namespace', {}, true),
  ];
}
