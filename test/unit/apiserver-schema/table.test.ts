import { expect, test } from 'vitest';
import { toTable } from '../../../src/adapters/apiserver/schema/table.js';
import { duration } from '../../../src/adapters/apiserver/schema/table-cells.js';
import { groupVersion, type Manifest } from '../../../src/domain/resource.js';
import { deployment, make } from './objects.js';

const nowMs = Date.UTC(2026, 0, 1, 1);
const born = { creationTimestamp: '2026-01-01T00:00:00Z' };

/** Titles and cells side by side; wide columns only where asked for. */
function row(object: Manifest, wide = false): Record<string, unknown> {
  const aged = { ...object, metadata: { ...object.metadata, ...born } };
  const table = toTable([aged], { ...groupVersion(object.apiVersion), kind: object.kind, nowMs }) as {
    columnDefinitions: { name: string; priority: number }[];
    rows: { cells: unknown[] }[];
  };
  expect(table.rows[0]?.cells).toHaveLength(table.columnDefinitions.length);
  const pairs = table.columnDefinitions.map((column, index) => [column, table.rows[0]?.cells[index]] as const);
  return Object.fromEntries(pairs.filter(([column]) => wide || column.priority === 0).map(([column, cell]) => [column.name, cell]));
}

test('a Deployment', () => {
  const object = { ...deployment({ replicas: 3 }), status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 } };
  expect(row(object)).toEqual({ Name: 'one', Ready: '2/3', 'Up-to-date': 3, Available: 2, Age: '60m' });
  expect(row(object, true)).toMatchObject({ Containers: 'main', Images: 'web:1', Selector: 'app=web' });
});

const pod = (status: object, metadata: object = {}): Manifest => {
  const base = make('v1', 'Pod', { spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeName: 'n' }, status });
  return { ...base, metadata: { ...base.metadata, ...metadata } };
};

test.each([
  ['Running', pod({ phase: 'Running', containerStatuses: [{ ready: true, state: { running: {} } }] })],
  ['CrashLoopBackOff', pod({ phase: 'Running', containerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }] })],
  ['Completed', pod({ phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }] })],
  ['ExitCode:3', pod({ phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] })],
  ['Evicted', pod({ phase: 'Failed', reason: 'Evicted' })],
  ['Terminating', pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:30:00Z' })],
  ['Pending', pod({ phase: 'Pending' })],
])('the word %s for a pod', (word, object) => {
  expect(row(object).Status).toBe(word);
});

test('restarts of a pod say when the last one was', () => {
  const last = { terminated: { finishedAt: '2026-01-01T00:55:00Z' } };
  const object = pod({
    phase: 'Running',
    containerStatuses: [
      { ready: true, restartCount: 2, lastState: last },
      { ready: false, restartCount: 1 },
    ],
  });
  expect(row(object)).toMatchObject({ Ready: '1/2', Restarts: '3 (5m ago)' });
});

test('an init container that waits or failed', () => {
  const init = (state: object) => ({
    ...pod({ phase: 'Pending', initContainerStatuses: [{ state }] }),
    spec: { containers: [{}], initContainers: [{}, {}] },
  });
  expect(row(init({ running: {} })).Status).toBe('Init:0/2');
  expect(row(init({ waiting: { reason: 'ImagePullBackOff' } })).Status).toBe('Init:ImagePullBackOff');
  expect(row(init({ terminated: { exitCode: 1, reason: 'Error' } })).Status).toBe('Init:Error');
});

test.each<readonly [string, Manifest, object]>([
  [
    'Service',
    make('v1', 'Service', {
      spec: { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [{ port: 80, nodePort: 30_001, protocol: 'TCP' }] },
    }),
    { Type: 'LoadBalancer', 'Cluster-IP': '10.96.0.1', 'External-IP': '<pending>', 'Port(s)': '80:30001/TCP' },
  ],
  ['ConfigMap', make('v1', 'ConfigMap', { data: { a: '', b: '' }, binaryData: { c: '' } }), { Data: 3 }],
  ['Secret', make('v1', 'Secret', { type: 'Opaque', data: { a: '' } }), { Type: 'Opaque', Data: 1 }],
  ['Namespace', make('v1', 'Namespace', { status: { phase: 'Active' } }), { Status: 'Active' }],
  [
    'Ingress',
    make('networking.k8s.io/v1', 'Ingress', {
      spec: { rules: [{ host: 'a.b' }, {}] },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    }),
    { Class: '<none>', Hosts: 'a.b,*', Address: '1.2.3.4', Ports: '80' },
  ],
  [
    'PersistentVolumeClaim',
    make('v1', 'PersistentVolumeClaim', {
      spec: { volumeName: 'v', storageClassName: 's' },
      status: { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    }),
    { Status: 'Bound', Volume: 'v', Capacity: '1Gi', 'Access Modes': 'RWO', StorageClass: 's' },
  ],
  [
    'Job',
    make('batch/v1', 'Job', { spec: { completions: 2 }, status: { succeeded: 1, startTime: '2026-01-01T00:59:00Z' } }),
    { Status: 'Running', Completions: '1/2', Duration: '60s' },
  ],
  [
    'CronJob',
    make('batch/v1', 'CronJob', { spec: { schedule: '* * * * *', suspend: false }, status: {} }),
    { Schedule: '* * * * *', Suspend: 'False', Active: 0, 'Last Schedule': '<none>' },
  ],
  ['StatefulSet', make('apps/v1', 'StatefulSet', { spec: { replicas: 2 }, status: { readyReplicas: 1 } }), { Ready: '1/2' }],
  [
    'DaemonSet',
    make('apps/v1', 'DaemonSet', { spec: {}, status: { desiredNumberScheduled: 3, numberReady: 2 } }),
    { Desired: 3, Ready: 2, 'Node Selector': '<none>' },
  ],
  ['Lease', make('coordination.k8s.io/v1', 'Lease', { spec: { holderIdentity: 'me' } }), { Holder: 'me' }],
  [
    'Event',
    make('v1', 'Event', {
      type: 'Warning',
      reason: 'BackOff',
      message: 'text\n',
      involvedObject: { kind: 'Pod', name: 'p' },
      lastTimestamp: '2026-01-01T00:58:00Z',
    }),
    { 'Last Seen': '2m', Type: 'Warning', Reason: 'BackOff', Object: 'pod/p', Message: 'text' },
  ],
  [
    'Application',
    make('argoproj.io/v1alpha1', 'Application', { status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } } }),
    { Name: 'one', 'Sync Status': 'Synced', 'Health Status': 'Healthy' },
  ],
  ['LimitRange', make('v1', 'LimitRange'), { Name: 'one', Age: '60m' }],
])('a %s', (_, object, cells) => {
  expect(row(object)).toMatchObject(cells);
});

test('columns of a custom kind by JSONPath', () => {
  const columns = [
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Count', type: 'integer', jsonPath: '.spec.count' },
    { name: 'Missing', type: 'string', jsonPath: '.spec.missing' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ];
  const object = make('example.com/v1', 'Widget', { spec: { count: 3 }, status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  const aged = { ...object, metadata: { ...object.metadata, ...born } };
  const table = toTable([aged], {
    group: 'example.com',
    version: 'v1',
    kind: 'Widget',
    nowMs,
    columns,
    metadata: { resourceVersion: '7' },
  });
  expect(table).toMatchObject({ metadata: { resourceVersion: '7' }, rows: [{ cells: ['one', 'True', 3, null, '60m'] }] });
});

test('rows carry what the request asks for, and a watch does not repeat its columns', () => {
  const object = make('v1', 'ConfigMap');
  const options = { group: '', version: 'v1', kind: 'ConfigMap', nowMs };
  const included = (include: 'None' | 'Metadata' | 'Object') =>
    (toTable([object], { ...options, include }).rows as { object: unknown }[])[0]?.object;
  expect(included('Object')).toBe(object);
  expect(included('Metadata')).toEqual({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata });
  expect(included('None')).toBeNull();
  expect(toTable([object], { ...options, headless: true }).columnDefinitions).toBeNull();
});

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [192, '3m12s'],
  [3600, '60m'],
  [3 * 3600, '3h'],
  [3.5 * 3600, '3h30m'],
  [47 * 3600, '47h'],
  [48 * 3600, '2d'],
  [50 * 3600, '2d2h'],
  [100 * 86_400, '100d'],
  [800 * 86_400, '2y70d'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds * 1000)).toBe(text);
});
