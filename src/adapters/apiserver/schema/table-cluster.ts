// Columns of everything that is not a workload: configuration, network, storage, access, nodes, events.
import type { Manifest } from '../../../domain/resource.js';
import { age, at, fields, listOf, numberAt, selectorText, since, type TableForm, textAt } from './table-cells.js';

type Cell = (object: Manifest, nowMs: number) => unknown;

/** A form from titles and cells, side by side. */
function form(columns: Readonly<Record<string, Cell>>): TableForm {
  const cells = Object.values(columns);
  return { columns: Object.keys(columns), cells: (object, nowMs) => cells.map((cell) => cell(object, nowMs)) };
}

const Name: Cell = (object) => object.metadata.name;
const Age: Cell = age;
const keys = (value: unknown) => Object.keys(fields(value)).length;
const text =
  (...path: string[]): Cell =>
  (object) =>
    textAt(object, ...path);

function servicePorts(object: Manifest): string {
  const ports = listOf(at(object, 'spec', 'ports'));
  const shown = ports.map(({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? 'TCP'}`);
  return shown.join(',') || '<none>';
}

function externalIp(object: Manifest): string {
  const type = at(object, 'spec', 'type');
  const own = at(object, 'spec', 'externalIPs');
  const given = Array.isArray(own) ? own.map(String) : [];
  if (type === 'ExternalName') return textAt(object, 'spec', 'externalName');
  if (type !== 'LoadBalancer') return given.join(',') || '<none>';
  const balancer = addresses(object);
  return [...balancer, ...given].join(',') || '<pending>';
}

function addresses(object: Manifest): string[] {
  return listOf(at(object, 'status', 'loadBalancer', 'ingress')).map((each) => String(each.ip ?? each.hostname ?? ''));
}

function claimCapacity(object: Manifest): string {
  return at(object, 'spec', 'volumeName') ? String(at(object, 'status', 'capacity', 'storage') ?? '') : '';
}

function accessModes(value: unknown): string {
  const short: Record<string, string> = { ReadWriteOnce: 'RWO', ReadOnlyMany: 'ROX', ReadWriteMany: 'RWX', ReadWriteOncePod: 'RWOP' };
  return Array.isArray(value) ? value.map((mode) => short[String(mode)] ?? String(mode)).join(',') : '';
}

function nodeStatus(object: Manifest): string {
  const ready = listOf(at(object, 'status', 'conditions')).find((each) => each.type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (at(object, 'spec', 'unschedulable') === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeRoles(object: Manifest): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(object.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return (
    roles
      .map((label) => label.slice(prefix.length))
      .sort()
      .join(',') || '<none>'
  );
}

function eventObject(object: Manifest): string {
  const involved = fields(object.involvedObject ?? object.regarding);
  return `${String(involved.kind ?? '').toLowerCase()}/${involved.name ?? ''}`;
}

const eventSeen: Cell = (object, nowMs) =>
  since(object.lastTimestamp ?? object.deprecatedLastTimestamp ?? object.eventTime ?? object.metadata.creationTimestamp, nowMs);
const EVENT = form({
  'Last Seen': eventSeen,
  Type: text('type'),
  Reason: text('reason'),
  Object: eventObject,
  '+Subobject': (object) => at(object, 'involvedObject', 'fieldPath') ?? '',
  '+Source': (object) => at(object, 'source', 'component') ?? object.reportingComponent ?? '',
  Message: (object) => String(object.message ?? object.note ?? '').trim(),
  '+Count': (object) => object.count ?? 1,
  '+Name': Name,
});

/** By 'group/Kind'. */
export const CLUSTER_TABLES: Readonly<Record<string, TableForm>> = {
  '/ConfigMap': form({ Name, Data: (o) => keys(o.data) + keys(o.binaryData), Age }),
  '/Secret': form({ Name, Type: (o) => o.type ?? 'Opaque', Data: (o) => keys(o.data), Age }),
  '/Namespace': form({ Name, Status: text('status', 'phase'), Age }),
  '/ServiceAccount': form({ Name, Secrets: (o) => listOf(o.secrets).length, Age }),
  '/Service': form({
    Name,
    Type: text('spec', 'type'),
    'Cluster-IP': text('spec', 'clusterIP'),
    'External-IP': externalIp,
    'Port(s)': servicePorts,
    Age,
    '+Selector': (o) => selectorText(at(o, 'spec', 'selector')),
  }),
  '/Endpoints': form({
    Name,
    Endpoints: (o) =>
      listOf(o.subsets)
        .flatMap((s) => listOf(s.addresses).map((a) => `${a.ip}`))
        .join(',') || '<none>',
    Age,
  }),
  '/PersistentVolumeClaim': form({
    Name,
    Status: text('status', 'phase'),
    Volume: (o) => at(o, 'spec', 'volumeName') ?? '',
    Capacity: claimCapacity,
    'Access Modes': (o) => (at(o, 'spec', 'volumeName') ? accessModes(at(o, 'status', 'accessModes')) : ''),
    StorageClass: (o) => at(o, 'spec', 'storageClassName') ?? '',
    VolumeAttributesClass: () => '<unset>',
    Age,
    '+VolumeMode': text('spec', 'volumeMode'),
  }),
  '/PersistentVolume': form({
    Name,
    Capacity: text('spec', 'capacity', 'storage'),
    'Access Modes': (o) => accessModes(at(o, 'spec', 'accessModes')),
    'Reclaim Policy': text('spec', 'persistentVolumeReclaimPolicy'),
    Status: text('status', 'phase'),
    Claim: (o) => (at(o, 'spec', 'claimRef') ? `${at(o, 'spec', 'claimRef', 'namespace')}/${at(o, 'spec', 'claimRef', 'name')}` : ''),
    StorageClass: (o) => at(o, 'spec', 'storageClassName') ?? '',
    Age,
  }),
  '/Node': form({ Name, Status: nodeStatus, Roles: nodeRoles, Age, Version: text('status', 'nodeInfo', 'kubeletVersion') }),
  '/Event': EVENT,
  'events.k8s.io/Event': EVENT,
  '/ResourceQuota': form({
    Name,
    Request: (o) =>
      Object.entries(fields(at(o, 'status', 'hard')))
        .map(([k, v]) => `${k}: ${at(o, 'status', 'used', k) ?? 0}/${v}`)
        .join(', '),
    Age,
  }),
  'networking.k8s.io/Ingress': form({
    Name,
    Class: text('spec', 'ingressClassName'),
    Hosts: (o) =>
      listOf(at(o, 'spec', 'rules'))
        .map((rule) => String(rule.host ?? '*'))
        .join(',') || '*',
    Address: (o) => addresses(o).join(','),
    Ports: (o) => (listOf(at(o, 'spec', 'tls')).length > 0 ? '80, 443' : '80'),
    Age,
  }),
  'networking.k8s.io/IngressClass': form({
    Name,
    Controller: text('spec', 'controller'),
    Parameters: text('spec', 'parameters', 'name'),
    Age,
  }),
  'networking.k8s.io/NetworkPolicy': form({ Name, 'Pod-Selector': (o) => selectorText(at(o, 'spec', 'podSelector')), Age }),
  'storage.k8s.io/StorageClass': form({
    Name,
    Provisioner: text('provisioner'),
    ReclaimPolicy: text('reclaimPolicy'),
    VolumeBindingMode: text('volumeBindingMode'),
    AllowVolumeExpansion: (o) => o.allowVolumeExpansion === true,
    Age,
  }),
  'apiextensions.k8s.io/CustomResourceDefinition': form({ Name, 'Created At': (o) => o.metadata.creationTimestamp ?? '' }),
  'apiregistration.k8s.io/APIService': form({
    Name,
    Service: (o) => (at(o, 'spec', 'service') ? `${at(o, 'spec', 'service', 'namespace')}/${at(o, 'spec', 'service', 'name')}` : 'Local'),
    Available: (o) => listOf(at(o, 'status', 'conditions')).find((each) => each.type === 'Available')?.status ?? 'Unknown',
    Age,
  }),
  'coordination.k8s.io/Lease': form({ Name, Holder: (o) => at(o, 'spec', 'holderIdentity') ?? '', Age }),
  'rbac.authorization.k8s.io/Role': form({ Name, 'Created At': (o) => o.metadata.creationTimestamp ?? '' }),
  'rbac.authorization.k8s.io/ClusterRole': form({ Name, 'Created At': (o) => o.metadata.creationTimestamp ?? '' }),
  'rbac.authorization.k8s.io/RoleBinding': form({ Name, Role: (o) => `${at(o, 'roleRef', 'kind')}/${at(o, 'roleRef', 'name')}`, Age }),
  'rbac.authorization.k8s.io/ClusterRoleBinding': form({
    Name,
    Role: (o) => `${at(o, 'roleRef', 'kind')}/${at(o, 'roleRef', 'name')}`,
    Age,
  }),
  'policy/PodDisruptionBudget': form({
    Name,
    'Min Available': (o) => at(o, 'spec', 'minAvailable') ?? 'N/A',
    'Max Unavailable': (o) => at(o, 'spec', 'maxUnavailable') ?? 'N/A',
    'Allowed Disruptions': (o) => numberAt(o, 'status', 'disruptionsAllowed'),
    Age,
  }),
  'autoscaling/HorizontalPodAutoscaler': form({
    Name,
    Reference: (o) => `${at(o, 'spec', 'scaleTargetRef', 'kind')}/${at(o, 'spec', 'scaleTargetRef', 'name')}`,
    MinPods: (o) => numberAt(o, 'spec', 'minReplicas'),
    MaxPods: (o) => numberAt(o, 'spec', 'maxReplicas'),
    Replicas: (o) => numberAt(o, 'status', 'currentReplicas'),
    Age,
  }),
  'scheduling.k8s.io/PriorityClass': form({ Name, Value: (o) => o.value, 'Global-Default': (o) => o.globalDefault === true, Age }),
};
