// Clusters, virtual machines, databases, storage: kinds whose health is more than one condition. Messages are Argo CD's.
import type { Health, HealthStatusCode } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { at, conditionsOf, health, listAt, maybeNumberAt, numberAt, textAt } from '../read.js';
import type { Judge } from './rule.js';

function scaledObjectHealth(object: Manifest): Health {
  let message = '';
  const is = new Set<string>();
  for (const condition of conditionsOf(object)) {
    const sign = `${condition.type} ${condition.status}`;
    if (!['Ready False', 'Ready True', 'Paused True'].includes(sign)) continue;
    is.add(sign);
    message = condition.message;
  }
  if (is.has('Ready False')) return health('Degraded', message);
  if (is.has('Ready True')) return health(is.has('Paused True') ? 'Suspended' : 'Healthy', message);
  return health('Progressing', 'Creating HorizontalPodAutoscaler Object');
}

function prometheusHealth(object: Manifest): Health {
  const last = conditionsOf(object)
    .filter(({ type }) => type === 'Available')
    .at(-1);
  if (!last) return health('Progressing', 'Waiting for initialization');
  if (last.status === 'True') return health('Healthy', 'All instances are available');
  return health(last.reason === 'SomePodsNotReady' ? 'Progressing' : 'Degraded', last.message || last.reason);
}

function lastConditionHealth(object: Manifest): Health {
  const last = conditionsOf(object).at(-1);
  const verdicts: Readonly<Record<string, HealthStatusCode>> = { Ready: 'Healthy', PartiallyReady: 'Degraded', NotReady: 'Degraded' };
  const verdict = last?.status === 'True' ? verdicts[last.type] : undefined;
  return verdict ? health(verdict, last?.message) : health('Progressing', 'Waiting for ClusterExternalSecret');
}

function notReady(object: Manifest): string | undefined {
  return conditionsOf(object).find(({ type, status }) => type === 'Ready' && status === 'False')?.message;
}

function clusterHealth(object: Manifest): Health {
  if (at(object, 'spec', 'paused') === true) return health('Suspended', 'Cluster is paused');
  const message = notReady(object);
  if (message !== undefined) return health('Degraded', message);
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Provisioned') return health('Healthy', 'Cluster is running');
  return phase === 'Failed' ? health('Degraded') : health('Progressing', 'Waiting for clusters');
}

function machineHealth(object: Manifest): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Running') return health('Healthy', 'Machine is running');
  return health(phase === 'Failed' ? 'Degraded' : 'Progressing', notReady(object) ?? 'Condition is unknown');
}

function machineDeploymentHealth(object: Manifest): Health {
  if (at(object, 'spec', 'paused') === true) return health('Suspended', 'MachineDeployment is paused');
  const phases: Readonly<Record<string, Health>> = {
    Running: health('Healthy', 'Machines are running under this deployment'),
    ScalingUp: health('Progressing', 'Cluster is spawning machines'),
    ScalingDown: health('Progressing', 'Cluster is stopping machines'),
    Failed: health('Degraded', 'MachineDeployment is failed'),
  };
  return phases[textAt(object, 'status', 'phase')] ?? health('Progressing', 'Waiting for machines');
}

function machinePoolHealth(object: Manifest): Health {
  const phase = textAt(object, 'status', 'phase');
  const missing = conditionsOf(object)
    .filter(({ status }) => status === 'False')
    .map(({ type, reason }) => `Not ${type}${reason === '' ? '' : ` (${reason})`}`);
  const message = `${phase === '' ? '' : `MachinePool is ${phase}`}${missing.length > 0 ? `: ${missing.join(', ')}` : ''}`;
  return health(phase === 'Running' ? 'Healthy' : phase === 'Failed' || phase === 'Unknown' ? 'Degraded' : 'Progressing', message);
}

function machineHealthCheckHealth(object: Manifest): Health {
  const current = maybeNumberAt(object, 'status', 'currentHealthy');
  if (current === undefined) return health('Progressing');
  return health(maybeNumberAt(object, 'status', 'expectedMachines') === current ? 'Healthy' : 'Degraded');
}

function knativeServiceHealth(object: Manifest): Health {
  if (at(object, 'status', 'conditions') === undefined) return health('Progressing', 'Waiting for status update.');
  const conditions = conditionsOf(object);
  const good = conditions.filter(({ type, status }) => status === 'True' && ['ConfigurationsReady', 'RoutesReady', 'Ready'].includes(type));
  const open = conditions.filter(({ status }) => status === 'False' || status === 'Unknown');
  if (good.length === 3 && open.length === 0) return health('Healthy', 'Knative Service is healthy.');
  const lines = open.map(({ type, status, reason, message }) =>
    [`${type} is ${status}${reason === '' ? '' : `, since ${reason}.`}`, ...(message === '' ? [] : [message])].join(' '),
  );
  return health(open.some(({ status }) => status === 'False') ? 'Degraded' : 'Progressing', lines.map((line) => `${line}\n`).join(''));
}

function elasticsearchHealth(object: Manifest): Health {
  const wanted = listAt(object, 'spec', 'nodeSets').reduce<number>((sum, set) => sum + numberAt(set, 'count'), 0);
  const available = maybeNumberAt(object, 'status', 'availableNodes');
  const unknown = health(
    'Unknown',
    'Elasticsearch Cluster status is unknown. Ensure your ArgoCD is current and then check for/file a bug report: https://github.com/argoproj/argo-cd/issues',
  );
  if (available === undefined || available > wanted) return unknown;
  if (available < wanted)
    return health('Progressing', `The desired amount of availableNodes is ${wanted} but the current amount is ${available}`);
  const [phase, colour] = [textAt(object, 'status', 'phase'), textAt(object, 'status', 'health')];
  if (colour === '') return unknown;
  const hint = 'Check the status of indices, replicas and shards';
  const verdicts: Readonly<Record<string, Health>> = {
    'Ready green': health('Healthy', 'Elasticsearch Cluster status is Green'),
    'Ready yellow': health('Progressing', `Elasticsearch Cluster status is Yellow. ${hint}`),
    'Ready red': health('Degraded', `Elasticsearch Cluster status is Red. ${hint}`),
    ApplyingChanges: health('Progressing', 'Elasticsearch phase is ApplyingChanges'),
    MigratingData: health('Progressing', 'Elasticsearch phase is MigratingData'),
    Invalid: health('Degraded', 'Elasticsearch phase is Invalid'),
  };
  return verdicts[phase === 'Ready' ? `Ready ${colour}` : phase] ?? unknown;
}

function virtualMachineHealth(object: Manifest): Health {
  let found: Health = health('Progressing', 'No status available');
  for (const { type, status } of conditionsOf(object)) {
    if (type === 'Paused' && status === 'True') return health('Suspended', 'Paused');
    if (type !== 'Ready') continue;
    if (status === 'True') found = health('Healthy', 'Running');
    else found = at(object, 'status', 'created') ? health('Progressing', 'Starting') : health('Suspended', 'Stopped');
  }
  const shown = textAt(object, 'status', 'printableStatus');
  return shown === '' ? found : health(found.status, shown);
}

function virtualMachineInstanceHealth(object: Manifest): Health {
  const phase = textAt(object, 'status', 'phase');
  const ended: Readonly<Record<string, HealthStatusCode>> = {
    Failed: 'Degraded',
    Pending: 'Progressing',
    Scheduling: 'Progressing',
    Scheduled: 'Progressing',
    Succeeded: 'Suspended',
    Unknown: 'Unknown',
  };
  const verdict = ended[phase];
  if (verdict) return health(verdict, phase);
  let found = health('Progressing', phase || 'No status available');
  for (const { type, status, message } of conditionsOf(object)) {
    if (type === 'Ready') found = status === 'True' ? health('Healthy', 'Running') : health('Degraded', message);
    else if (type === 'Paused' && status === 'True') return health('Suspended', message);
  }
  return found;
}

function dataVolumeHealth(object: Manifest): Health {
  const phase = textAt(object, 'status', 'phase');
  if (phase === 'Succeeded') return health('Healthy', phase);
  if (phase === 'Paused') return health('Suspended', phase);
  const broken = conditionsOf(object).find(({ type, status, reason }) => type === 'Running' && status === 'False' && reason === 'Error');
  if (broken) return health('Degraded', broken.message);
  return health(phase === 'Failed' || phase === 'Unknown' ? 'Degraded' : 'Progressing', phase || 'No status available');
}

function snapshotHealth(object: Manifest): Health {
  if (at(object, 'status', 'readyToUse') === true) return health('Healthy', 'Ready to use');
  if (at(object, 'status', 'error') !== undefined) return health('Degraded', textAt(object, 'status', 'error', 'message'));
  return health('Progressing', 'Waiting for status');
}

function disruptionBudgetHealth(object: Manifest): Health {
  let found = health('Progressing', 'Waiting for status');
  for (const { status, reason } of conditionsOf(object)) {
    const message = `PodDisruptionBudget has ${reason}`;
    if (status === 'False' && reason !== 'InsufficientPods') return health('Degraded', message);
    found = health('Healthy', message);
  }
  return found;
}

function routeHealth(object: Manifest): Health {
  const getting = health('Progressing', 'Route is still getting admitted');
  if (at(object, 'status', 'ingress') === undefined) return getting;
  const ingresses = listAt(object, 'status', 'ingress');
  const admitted = ingresses.flatMap((ingress) => conditionsOf(ingress, 'conditions').filter(({ type }) => type === 'Admitted'));
  if (admitted.filter(({ status }) => status === 'True').length === ingresses.length) return health('Healthy', 'Route is healthy');
  return admitted.some(({ status }) => status === 'False') ? health('Degraded', 'Route is degraded') : getting;
}

function tenantHealth(object: Manifest): Health {
  const state = textAt(object, 'status', 'currentState');
  if (state === '') return health('Progressing', 'No status info available');
  const wrong = [
    'Statefulset not controlled by operator',
    'Another MinIO Tenant already exists in the namespace',
    'Tenant credentials are not set properly',
    'Different versions across MinIO Pools',
    'Pool Decommissioning Not Allowed',
  ];
  return health(state === 'Initialized' ? 'Healthy' : wrong.includes(state) ? 'Degraded' : 'Progressing', state);
}

function mariaDbHealth(object: Manifest): Health {
  if (at(object, 'status', 'conditions') === undefined) return health('Progressing', 'No status info available');
  const conditions = conditionsOf(object);
  const open = conditions.find(({ status }) => status === 'False');
  if (open) return health(open.reason === 'Failed' ? 'Degraded' : 'Progressing', open.message);
  return health('Healthy', conditions.at(-1)?.message);
}

export const PLATFORM: Readonly<Record<string, Judge>> = {
  'keda.sh/ScaledObject': scaledObjectHealth,
  'monitoring.coreos.com/Prometheus': prometheusHealth,
  'external-secrets.io/ClusterExternalSecret': lastConditionHealth,
  'cluster.x-k8s.io/Cluster': clusterHealth,
  'cluster.x-k8s.io/Machine': machineHealth,
  'cluster.x-k8s.io/MachineDeployment': machineDeploymentHealth,
  'cluster.x-k8s.io/MachinePool': machinePoolHealth,
  'cluster.x-k8s.io/MachineHealthCheck': machineHealthCheckHealth,
  'serving.knative.dev/Service': knativeServiceHealth,
  'elasticsearch.k8s.elastic.co/Elasticsearch': elasticsearchHealth,
  'kubevirt.io/VirtualMachine': virtualMachineHealth,
  'kubevirt.io/VirtualMachineInstance': virtualMachineInstanceHealth,
  'cdi.kubevirt.io/DataVolume': dataVolumeHealth,
  'snapshot.storage.k8s.io/VolumeSnapshot': snapshotHealth,
  'snapshot.storage.k8s.io/VolumeSnapshotContent': snapshotHealth,
  'policy/PodDisruptionBudget': disruptionBudgetHealth,
  'route.openshift.io/Route': routeHealth,
  'minio.min.io/Tenant': tenantHealth,
  'k8s.mariadb.com/MariaDB': mariaDbHealth,
  'mariadb.mmontes.io/MariaDB': mariaDbHealth,
};
