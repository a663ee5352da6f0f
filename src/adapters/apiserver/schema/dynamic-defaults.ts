// Defaults that depend on other fields of the object, kind by kind. Fixed ones are in server-defaults.ts.
import { cloneJson, sameJson } from '../../../core/merge/record.js';
import type { Manifest } from '../../../domain/resource.js';
import { groupVersion } from '../../../domain/resource.js';

type Fields = Record<string, unknown>;
type Rule = (draft: Manifest) => void;

/** The object with these defaults; the same object for kinds that have none. The argument is not changed. */
export function dynamicDefaults(object: Manifest): Manifest {
  const kind = `${groupVersion(object.apiVersion).group}/${object.kind}`;
  if (kind === 'argoproj.io/Application') return withProject(object);
  const rule = RULES[kind];
  if (!rule) return object;
  const draft = cloneJson(object) as Manifest;
  rule(draft);
  return sameJson(draft, object) ? object : draft;
}

/** Argo CD's own definition asks for a project; manifests that people copy around often have none, and mean `default`. */
function withProject(application: Manifest): Manifest {
  const spec = fields(application['spec']);
  return !spec || spec['project'] ? application : { ...application, spec: { ...spec, project: 'default' } };
}

const RULES: Readonly<Record<string, Rule>> = {
  '/Pod': (pod) => {
    const spec = fields(pod.spec);
    if (!spec) return;
    // Before the account's old name is filled in from it: defaulting twice must change nothing.
    spec.serviceAccountName ??= spec.serviceAccount ?? 'default';
    podSpec(spec);
    // In Pods only: templates keep what was written, since Kubernetes 1.28.
    for (const container of spec.hostNetwork === true ? containersOf(spec) : [])
      for (const port of listOf(container.ports)) port.hostPort ??= port.containerPort;
    spec.enableServiceLinks ??= true;
    for (const container of containersOf(spec)) requestsFromLimits(container);
  },
  '/ReplicationController': (object) => template(object),
  '/PodTemplate': (object) => podSpec(fields(fields(object.template)?.spec)),
  '/Service': service,
  '/Namespace': (namespace) => {
    const { metadata } = namespace;
    if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
  },
  'apps/Deployment': (object) => {
    template(object);
    rollingUpdate(object, 'strategy');
  },
  'apps/DaemonSet': (object) => {
    template(object);
    rollingUpdate(object, 'updateStrategy');
  },
  'apps/ReplicaSet': (object) => template(object),
  'apps/StatefulSet': (object) => {
    template(object);
    for (const claim of listOf(fields(object.spec)?.volumeClaimTemplates)) {
      claim.apiVersion ??= 'v1';
      claim.kind ??= 'PersistentVolumeClaim';
    }
  },
  'batch/Job': (object) => job(object.metadata as unknown as Fields, fields(object.spec)),
  'batch/CronJob': (object) => {
    const jobTemplate = fields(fields(object.spec)?.jobTemplate);
    // Defaults of the Job itself come when a Job is made from the template.
    if (jobTemplate) podSpec(fields(fields(fields(jobTemplate.spec)?.template)?.spec));
  },
  'networking.k8s.io/NetworkPolicy': (object) => {
    const spec = fields(object.spec);
    if (spec && !listSet(spec.policyTypes)) spec.policyTypes = listSet(spec.egress) ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  'rbac.authorization.k8s.io/RoleBinding': subjects,
  'rbac.authorization.k8s.io/ClusterRoleBinding': subjects,
  'autoscaling/HorizontalPodAutoscaler': (object) => {
    const spec = fields(object.spec);
    if (object.apiVersion !== 'autoscaling/v2' || !spec || listSet(spec.metrics)) return;
    const target = { type: 'Utilization', averageUtilization: 80 };
    spec.metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
  },
  'apiextensions.k8s.io/CustomResourceDefinition': (object) => {
    const names = fields(fields(object.spec)?.names);
    if (!names || typeof names.kind !== 'string') return;
    names.singular ??= names.kind.toLowerCase();
    names.listKind ??= `${names.kind}List`;
  },
};

function template(object: Manifest): void {
  podSpec(fields(fields(fields(object.spec)?.template)?.spec));
}

function podSpec(spec: Fields | undefined): void {
  if (!spec) return;
  for (const container of containersOf(spec)) {
    container.imagePullPolicy ??= pullPolicy(String(container.image ?? ''));
  }
  if (typeof spec.serviceAccountName === 'string') spec.serviceAccount ??= spec.serviceAccountName;
  else if (typeof spec.serviceAccount === 'string') spec.serviceAccountName = spec.serviceAccount;
  for (const volume of listOf(spec.volumes)) if (Object.keys(volume).length === 1 && 'name' in volume) volume.emptyDir = {};
}

/** ':latest' and no tag are pulled every time; a digest alone is not. */
function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function requestsFromLimits(container: Fields): void {
  const resources = fields(container.resources);
  const limits = fields(resources?.limits);
  if (resources && limits) resources.requests = { ...limits, ...fields(resources.requests) };
}

function rollingUpdate(object: Manifest, field: 'strategy' | 'updateStrategy'): void {
  const spec = fields(object.spec);
  if (!spec) return;
  const strategy = fields(spec[field]) ?? {};
  if (strategy.type === undefined || strategy.type === 'RollingUpdate')
    spec[field] = { ...strategy, rollingUpdate: strategy.rollingUpdate ?? {} };
}

function service(object: Manifest): void {
  const spec = fields(object.spec);
  if (!spec) return;
  const type = spec.type ?? 'ClusterIP';
  for (const port of listOf(spec.ports)) port.targetPort ??= port.port;
  if (spec.sessionAffinity === 'ClientIP') spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10_800 } };
  if (type === 'NodePort' || type === 'LoadBalancer' || listSet(spec.externalIPs)) spec.externalTrafficPolicy ??= 'Cluster';
  if (type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

function job(metadata: Fields, spec: Fields | undefined): void {
  if (!spec) return;
  const labels = fields(fields(fields(spec.template)?.metadata)?.labels);
  if (labels && Object.keys(fields(metadata.labels) ?? {}).length === 0) metadata.labels = { ...labels };
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2_147_483_647;
  spec.podReplacementPolicy ??= spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed';
  podSpec(fields(fields(spec.template)?.spec));
}

function subjects(object: Manifest): void {
  for (const subject of listOf(object.subjects)) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ??= 'rbac.authorization.k8s.io';
  }
}

function containersOf(spec: Fields): Fields[] {
  return [...listOf(spec.initContainers), ...listOf(spec.containers), ...listOf(spec.ephemeralContainers)];
}

function fields(value: unknown): Fields | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : undefined;
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((item): item is Fields => fields(item) !== undefined) : [];
}

function listSet(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
