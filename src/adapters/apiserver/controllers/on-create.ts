// What a server assigns while it creates or updates an object, before anyone sees it: addresses of Services, the selector of Jobs.
import { createHash } from 'node:crypto';
import { groupVersion, type Manifest } from '../../../domain/resource.js';
import type { KindName } from './host.js';

type List = (kind: KindName) => readonly Manifest[];

/** The first port of the range for node ports, and how many there are. */
const NODE_PORT_FIRST = 30_000;
const NODE_PORTS = 2768;

/** The object as the server completes it, once its uid is known; the same object for kinds without such fields. */
export function completeOnCreate(object: Manifest, list: List): Manifest {
  const key = `${groupVersion(object.apiVersion).group}/${object.kind}`;
  if (key === '/Service') return withServiceAddresses(object, list);
  return key === 'batch/Job' ? withJobSelector(object) : object;
}

/** The object that replaces `before`, with what the server had assigned and the writer left out; the same object for other kinds. */
export function completeOnUpdate(before: Manifest, after: Manifest, list: List): Manifest {
  if (`${groupVersion(after.apiVersion).group}/${after.kind}` !== '/Service') return after;
  const [old, now] = [(before.spec ?? {}) as ServiceSpec, (after.spec ?? {}) as ServiceSpec];
  if (now.type === 'ExternalName' || old.type === 'ExternalName') return withServiceAddresses(after, list);
  const kept: Record<string, unknown> = {};
  for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    if (!now[name] && old[name]) kept[name] = old[name];
  }
  const balanced = now.type === 'NodePort' || now.type === 'LoadBalancer';
  if (balanced && now.ports?.some((port) => port.nodePort === undefined)) kept.ports = now.ports.map((port) => withOldNodePort(port, old));
  const complete = Object.keys(kept).length > 0 ? { ...after, spec: { ...now, ...kept } } : after;
  return withServiceAddresses(complete, list);
}

function withOldNodePort(port: ServicePort, old: ServiceSpec): ServicePort {
  if (port.nodePort !== undefined) return port;
  const nodePort = old.ports?.find((each) => each.port === port.port && (each.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))?.nodePort;
  return nodePort === undefined ? port : { ...port, nodePort };
}

interface ServicePort {
  readonly port?: number;
  readonly protocol?: string;
  readonly nodePort?: number;
}

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ipFamilies?: readonly string[];
  readonly ipFamilyPolicy?: string;
  readonly ports?: readonly ServicePort[];
  readonly allocateLoadBalancerNodePorts?: boolean;
}

/** A Service with its cluster IP and node ports; the same object when it has them. Also for an update, with the old values kept. */
export function withServiceAddresses(service: Manifest, list: List): Manifest {
  const spec = (service.spec ?? {}) as ServiceSpec;
  if (spec.type === 'ExternalName') return service;
  const needsPorts = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
  const missingPort = needsPorts && (spec.ports ?? []).some((port) => port.nodePort === undefined);
  if (spec.clusterIP && spec.clusterIPs && spec.ipFamilies && spec.ipFamilyPolicy && !missingPort) return service;
  const others = spec.clusterIP && !missingPort ? [] : list('/Service').filter((other) => other.metadata.uid !== service.metadata.uid);
  const clusterIP = spec.clusterIP || freeIp(service, others);
  return {
    ...service,
    spec: {
      ...spec,
      clusterIP,
      clusterIPs: spec.clusterIPs ?? [clusterIP],
      ipFamilies: spec.ipFamilies ?? ['IPv4'],
      ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
      ...(missingPort ? { ports: withNodePorts(spec, service.metadata.uid ?? '', others) } : {}),
    },
  };
}

function freeIp(service: Manifest, others: readonly Manifest[]): string {
  const used = new Set(others.map((other) => (other.spec as ServiceSpec | undefined)?.clusterIP));
  for (let attempt = 0; attempt < 10_000; attempt++) {
    const ip = clusterIpFor(`${service.metadata.uid ?? service.metadata.name}/${attempt}`, '10.96');
    if (!used.has(ip)) return ip;
  }
  throw new Error('Cannot allocate a cluster IP: the range 10.96.0.0/16 is full');
}

/** An address below a prefix of two or three numbers, the same for the same seed. */
export function clusterIpFor(seed: string, prefix: string): string {
  const [a = 0, b = 0] = createHash('sha256').update(seed).digest();
  const last = 2 + (b % 250);
  return prefix.split('.').length === 3 ? `${prefix}.${last}` : `${prefix}.${a}.${last}`;
}

function withNodePorts(spec: ServiceSpec, uid: string, others: readonly Manifest[]): unknown[] {
  const ports = [...others.map((other) => other.spec as ServiceSpec | undefined), spec].flatMap((each) => each?.ports ?? []);
  const used = new Set(ports.map((port) => port.nodePort));
  let next = createHash('sha256').update(uid).digest().readUInt16BE(0) % NODE_PORTS;
  return (spec.ports ?? []).map((port) => {
    if (port.nodePort !== undefined) return port;
    for (let tries = 0; used.has(NODE_PORT_FIRST + next) && tries < NODE_PORTS; tries++) next = (next + 1) % NODE_PORTS;
    used.add(NODE_PORT_FIRST + next);
    return { ...port, nodePort: NODE_PORT_FIRST + next };
  });
}

interface JobSpec {
  readonly manualSelector?: boolean;
  readonly selector?: object;
  readonly template?: { readonly metadata?: { readonly labels?: Record<string, string> }; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

function withJobSelector(job: Manifest): Manifest {
  const spec = (job.spec ?? {}) as JobSpec;
  const { uid, name } = job.metadata;
  if (spec.manualSelector === true || spec.selector || !uid) return job;
  const own = {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
  const template = { ...spec.template, metadata: { ...spec.template?.metadata, labels: { ...spec.template?.metadata?.labels, ...own } } };
  return { ...job, spec: { ...spec, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } }, template } };
}
