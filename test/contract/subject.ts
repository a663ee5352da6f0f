// What the contract is run against: our API server as function call, our API server over HTTPS, a real kube-apiserver.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Cluster, KubeRequest, KubeResponse, KubeTransport } from '../../src/domain/ports.js';
import { IoError } from '../../src/domain/problem.js';
import type { ApiKind, ManagedFieldsEntry, Manifest, ResourceRef } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';

export interface Subject {
  readonly cluster: Cluster;
  readonly transport: KubeTransport;
  /** The real server writes what ours has to match. */
  readonly real: boolean;
  /** A revision that the server has forgotten; it forgets now, if it has to. Absent where a fresh server has forgotten nothing. */
  forgotten?(): string;
  /** Lets time pass: for real, or on the server's clock. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export const MANAGER = 'argocd-controller';
export const SERVER_SIDE = { mode: 'server-side', fieldManager: MANAGER, force: false } as const;

/** Waits until the check gives something; fails with what it gave last. */
export async function eventually<T>(subject: Subject, check: () => Promise<T | undefined>, withinMs = 20_000): Promise<T> {
  for (let waited = 0; ; waited += 50) {
    const value = await check();
    if (value !== undefined) return value;
    if (waited >= withinMs) throw new Error(`not within ${withinMs} ms`);
    await subject.pass(50);
  }
}

export async function kindOf(subject: Subject, kind: string, group = ''): Promise<ApiKind> {
  const { kinds } = await subject.cluster.discover();
  const found = kinds.find((api) => api.kind === kind && api.group === group);
  if (!found) throw new Error(`the server has no ${group}/${kind}`);
  return found;
}

export async function makeNamespace(subject: Subject, name: string): Promise<string> {
  await subject.cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, SERVER_SIDE);
  return name;
}

export function configMap(namespace: string, name: string, data: Record<string, string> = {}, metadata = {}): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...metadata }, data };
}

export async function live(subject: Subject, manifest: Manifest): Promise<Manifest> {
  const object = await subject.cluster.get(refOf(manifest));
  if (!object) throw new Error(`${manifest.kind} ${manifest.metadata.name} does not exist`);
  return object;
}

export async function remove(
  subject: Subject,
  object: Manifest,
  propagation: 'foreground' | 'background' | 'orphan' = 'background',
): Promise<void> {
  await subject.cluster.remove(refOf(object), object.metadata.uid ?? '', propagation);
}

export function gone(subject: Subject, ref: ResourceRef): Promise<true> {
  return eventually(subject, async () => ((await subject.cluster.get(ref)) === undefined ? true : undefined));
}

/** A request past the Cluster, for what the port does not offer. */
export function raw(subject: Subject, method: KubeRequest['method'], path: string, rest: Partial<KubeRequest> = {}): Promise<KubeResponse> {
  return subject.transport.request({ method, path, ...rest });
}

export async function refusal(work: Promise<unknown>): Promise<IoError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof IoError))
    throw new Error(`expected an IoError, got ${outcome instanceof Error ? outcome.stack : String(outcome)}`);
  return outcome;
}

const FOLDER = new URL('goldens/', import.meta.url);

/**
 * What admission plugins and controllers of a real cluster add to a new object, and our server, which has neither, does not:
 * not a matter of how objects are stored.
 */
const ADDED_BY_OTHERS = [
  /^(apps|batch|policy|autoscaling).*\/status(\/|$)/,
  /^v1 Pod x\/spec\/(tolerations|priority|preemptionPolicy)(\/|$)/,
  /^v1 Pod x\/status\/qosClass$/,
  /DaemonSet x\/metadata\/annotations(\/|$)/,
  /Job x\/metadata\/labels(\/|$)/,
  /PersistentVolumeClaim x\/metadata\/finalizers(\/|$)/,
];

function withoutOthers(value: unknown, path = ''): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const at = (name: string) => (path === '' ? name : `${path}/${name}`);
  const kept = Object.entries(value).filter(([name]) => !ADDED_BY_OTHERS.some((pattern) => pattern.test(at(name))));
  return Object.fromEntries(kept.map(([name, child]) => [name, withoutOthers(child, at(name))]));
}

/** Compares with what a real server answered. `UPDATE_GOLDENS=1` with the real server writes the file. */
export function expectGolden(subject: Subject, name: string, steps: Record<string, unknown>): void {
  const file = new URL(`${name}.json`, FOLDER);
  const normal = JSON.parse(JSON.stringify(steps, normalise)) as unknown;
  if (subject.real && process.env['UPDATE_GOLDENS']) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(file, `${JSON.stringify(normal, sortKeys, 2)}\n`);
  }
  if (!existsSync(file)) throw new Error(`no golden ${name}: run the real tests once with UPDATE_GOLDENS=1`);
  const golden = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  if (subject.real) expect(normal).toEqual(golden);
  else expect(withoutOthers(normal)).toEqual(withoutOthers(golden));
}

const VARIES = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'selfLink', 'time', 'clusterIP', 'clusterIPs', 'deletionTimestamp']);

const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function normalise(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'string' && UID.test(value)) return '<uid>';
  if (key === 'managedFields' && Array.isArray(value)) return [...value].sort(byOwner);
  return VARIES.has(key) && (typeof value === 'string' || Array.isArray(value)) ? `<${key}>` : value;
}

/** Servers sort entries by time first, and times are not compared here. */
function byOwner(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const [one, other] = [a, b].map(({ operation, manager, subresource }) => `${operation} ${manager} ${subresource ?? ''}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
