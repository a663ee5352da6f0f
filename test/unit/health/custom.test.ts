// Custom kinds: what Argo CD says of them by its scripts, and what the convention of conditions says of others.
import { describe, expect, it } from 'vitest';
import { healthOf } from '../../../src/core/health/health.js';
import type { Manifest } from '../../../src/domain/resource.js';

const object = (kind: string, status: unknown, spec: unknown = {}, metadata: object = {}): Manifest => ({
  apiVersion: `${kind.split('/')[0]}/v1`,
  kind: kind.split('/')[1] ?? '',
  metadata: { name: 'x', ...metadata },
  spec,
  ...(status === undefined ? {} : { status }),
});
const conditions = (...all: string[]) => ({
  conditions: all.map((text) => {
    const [type = '', status = '', reason = '', message = ''] = text.split('|').map((part) => part.trim());
    return { type, status, reason, message };
  }),
});
const told = (manifest: Manifest) => {
  const found = healthOf(manifest);
  return found && `${found.status}${found.message ? `: ${found.message}` : ''}`;
};

describe('kinds that Argo CD knows', () => {
  it.each<[string, unknown, string, unknown?]>([
    ['external-secrets.io/ExternalSecret', undefined, 'Progressing: Waiting for ExternalSecret'],
    [
      'external-secrets.io/ExternalSecret',
      conditions('Ready | False | SecretSyncedError | could not get secret'),
      'Degraded: could not get secret',
    ],
    ['bitnami.com/SealedSecret', conditions('Synced | True | | '), 'Healthy'],
    ['kafka.strimzi.io/Kafka', conditions('NotReady | True | Creating | c'), 'Progressing: Waiting for Kafka Cluster'],
    ['kafka.strimzi.io/KafkaTopic', conditions('NotReady | True | Creating | c'), 'Degraded: c'],
    ['platform.confluent.io/Kafka', { phase: 'RUNNING' }, 'Healthy: Kafka running'],
    ['install.istio.io/IstioOperator', { status: 3 }, 'Healthy: Component is healthy.'],
    ['compute.cnrm.cloud.google.com/ComputeDisk', conditions('Ready | False | DependencyNotReady | waits'), 'Suspended: waits'],
    ['argoproj.io/AnalysisRun', { phase: 'Inconclusive' }, 'Unknown: Analysis run was inconclusive'],
    [
      'flagger.app/Canary',
      { phase: 'Progressing', canaryWeight: 10, ...conditions('Promoted | Unknown | | m') },
      'Progressing: Progressing --- Canary Weight: 10 % --- m',
    ],
    [
      'helm.toolkit.fluxcd.io/HelmRelease',
      conditions('Ready | True | InstallSucceeded | ', 'Released | True | | '),
      'Healthy: InstallSucceeded',
    ],
    ['helm.toolkit.fluxcd.io/HelmRelease', {}, 'Suspended: HelmRelease is suspended', { suspend: true }],
    [
      'source.toolkit.fluxcd.io/GitRepository',
      conditions('Ready | Unknown | Progressing | ', 'Reconciling | True | | '),
      'Progressing: Progressing',
    ],
    ['keda.sh/ScaledObject', conditions('Ready | True | | ready', 'Paused | True | | paused'), 'Suspended: paused'],
    ['monitoring.coreos.com/Prometheus', conditions('Available | False | SomePodsNotReady | shard 0'), 'Progressing: shard 0'],
    [
      'cluster.x-k8s.io/MachinePool',
      { phase: 'Failed', ...conditions('BootstrapReady | False | X | ') },
      'Degraded: MachinePool is Failed: Not BootstrapReady (X)',
    ],
    [
      'serving.knative.dev/Service',
      conditions('Ready | False | RevisionMissing | gone'),
      'Degraded: Ready is False, since RevisionMissing. gone\n',
    ],
    [
      'elasticsearch.k8s.elastic.co/Elasticsearch',
      { availableNodes: 1 },
      'Progressing: The desired amount of availableNodes is 3 but the current amount is 1',
      { nodeSets: [{ count: 3 }] },
    ],
    [
      'pkg.crossplane.io/Provider',
      conditions('Installed | True | ActivePackageRevision | ', 'Healthy | False | UnhealthyPackageRevision | '),
      'Degraded: ActivePackageRevision UnhealthyPackageRevision',
    ],
    [
      'iam.aws.crossplane.io/Role',
      conditions('Ready | False | Creating | ', 'Synced | True | ReconcileSuccess | '),
      'Progressing: Waiting for Role to be available',
    ],
    ['ec2.aws.upbound.io/VPC', conditions('Ready | True | Available | ', 'Synced | True | ReconcileSuccess | '), 'Healthy: Available'],
    ['kubevirt.io/VirtualMachine', { printableStatus: 'Stopped', ...conditions('Ready | False | | ') }, 'Suspended: Stopped'],
    ['snapshot.storage.k8s.io/VolumeSnapshot', { error: { message: 'no space' } }, 'Degraded: no space'],
    [
      'policy/PodDisruptionBudget',
      conditions('DisruptionAllowed | False | InsufficientPods | '),
      'Healthy: PodDisruptionBudget has InsufficientPods',
    ],
    ['minio.min.io/Tenant', { currentState: 'Provisioning MinIO' }, 'Progressing: Provisioning MinIO'],
  ])('%s %j is %s', (kind, status, expected, spec = {}) => {
    expect(told(object(kind, status, spec))).toBe(expected);
  });
});

describe('a Rollout', () => {
  const rollout = (status: object, spec: object = {}) => told(object('argoproj.io/Rollout', status, spec, { generation: 2 }));

  it('has the health that its controller says', () => {
    expect(rollout({ observedGeneration: '2', phase: 'Paused', message: 'CanaryPauseStep' })).toBe('Suspended: CanaryPauseStep');
    expect(rollout({ observedGeneration: '1', phase: 'Healthy' })).toBe('Progressing: Waiting for rollout spec update to be observed');
  });

  it('of an old controller is judged by its replicas and steps', () => {
    const status = { observedGeneration: 'abc', currentPodHash: 'b', updatedReplicas: 1, availableReplicas: 1, replicas: 1, stableRS: 'a' };
    expect(rollout(status, { strategy: { canary: {} } })).toBe('Progressing: Waiting for rollout to finish steps');
    expect(rollout({ ...status, stableRS: 'b' }, { strategy: { canary: {} } })).toBe('Healthy');
    expect(rollout({ ...status, pauseConditions: [{}] })).toBe('Suspended: Rollout is paused');
  });
});

describe('the convention of conditions', () => {
  const cluster = (status: object, metadata: object = {}) => told(object('postgresql.cnpg.io/Cluster', status, {}, metadata));

  it('counts what the controller has seen', () => {
    expect(cluster({ observedGeneration: 1, ...conditions('Ready | True | | ') }, { generation: 2 })).toBe(
      'Progressing: Waiting for the controller to look at the newest spec',
    );
    expect(cluster(conditions('Ready | True | ClusterIsReady | Cluster is Ready'))).toBe('Healthy: Cluster is Ready');
  });

  it('tells what is under way from what is wrong', () => {
    expect(cluster(conditions('Ready | False | Initializing | 1 of 3'))).toBe('Progressing: 1 of 3');
    expect(cluster(conditions('Ready | False | Broken | no quorum'))).toBe('Degraded: no quorum');
    expect(cluster(conditions('Ready | Unknown | Broken | ', 'Stalled | True | | cannot go on'))).toBe('Degraded: cannot go on');
    expect(cluster({})).toBe('Progressing: Waiting for Cluster to be ready');
  });

  it('is not there for kinds that nobody named', () => {
    expect(told(object('example.com/Thing', conditions('Ready | False | | ')))).toBeUndefined();
  });
});

it('10,000 objects are judged in less than a second', () => {
  const objects = Array.from({ length: 10_000 }, (_, i) =>
    object('argoproj.io/Rollout', { observedGeneration: '1', phase: i % 2 ? 'Healthy' : 'Degraded' }),
  );
  const startedMs = performance.now();
  for (const each of objects) healthOf(each);
  expect(performance.now() - startedMs).toBeLessThan(1_000);
});
