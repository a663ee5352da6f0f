// The floor of the sync benchmarks: a raw client that server-side-applies every object once, so many at a time for each server.
import type { KubeTransport } from '../../src/domain/ports.js';
import { concurrently, objectsOf } from './load.js';

const AT_ONCE = 16;

const PATHS: Readonly<Record<string, string>> = {
  ConfigMap: 'api/v1',
  Service: 'api/v1',
  ServiceAccount: 'api/v1',
  Deployment: 'apis/apps/v1',
  Role: 'apis/rbac.authorization.k8s.io/v1',
  RoleBinding: 'apis/rbac.authorization.k8s.io/v1',
};

export interface FloorOptions {
  readonly transports: readonly KubeTransport[];
  readonly apps: number;
  namespaceOf(i: number): string;
  readonly dryRun?: boolean;
}

/** Makes the namespaces of the applications, outside of the measured time. */
export async function makeNamespaces({ transports, apps, namespaceOf }: FloorOptions): Promise<void> {
  const names = new Set(Array.from({ length: apps }, (_, i) => namespaceOf(i)));
  for (const transport of transports)
    for (const name of names)
      await transport.request({
        method: 'POST',
        path: '/api/v1/namespaces',
        body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
      });
}

/** Milliseconds to apply (or to try) all objects of the applications. */
export async function floorMs({ transports, apps, namespaceOf, dryRun = false }: FloorOptions): Promise<number> {
  const writes = Array.from({ length: apps }, (_, i) =>
    objectsOf(i).map((object) => ({ object, namespace: namespaceOf(i), transport: transports[i % transports.length] })),
  ).flat();
  const startedMs = performance.now();
  await concurrently(writes, AT_ONCE * transports.length, async ({ object, namespace, transport }) => {
    const path = `/${PATHS[object.kind]}/namespaces/${namespace}/${object.kind.toLowerCase()}s/${object.metadata.name}`;
    const answer = await transport?.request({
      method: 'PATCH',
      path,
      query: { fieldManager: 'floor', force: 'true', ...(dryRun ? { dryRun: 'All' } : {}) },
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: object,
    });
    if ((answer?.status ?? 500) >= 300) throw new Error(`${path}: ${JSON.stringify(answer?.body)}`);
  });
  return performance.now() - startedMs;
}
