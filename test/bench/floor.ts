// The floor of the sync benchmarks: a raw client that server-side-applies every object once, so many at a time for each server.
import type { KubeTransport } from '../../src/domain/ports.js';
import { concurrently, OBJECTS_PER_APP, objectsOf } from './load.js';
import { report } from './report.js';

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

export interface SyncTimes {
  readonly apps: number;
  readonly applyMs: number;
  readonly dryRunMs: number;
  readonly syncMs: number;
  /** From when to when: 'start of the engine to Synced'. */
  readonly span: string;
}

/** The figures of a first sync against both floors. */
export function reportSync({ apps, applyMs, dryRunMs, syncMs, span }: SyncTimes): void {
  const value = syncMs / 1000;
  report({ what: `floor: raw server-side apply of ${apps * OBJECTS_PER_APP} objects`, value: applyMs / 1000, unit: 's' });
  report({ what: 'floor: raw dry run of them', value: dryRunMs / 1000, unit: 's' });
  const ratio = syncMs / applyMs;
  report({ what: `first sync of ${apps} applications, ${span}`, value, unit: 's', ratio, goal: '<= 1.3x', met: ratio <= 1.3 });
  report({ what: 'the same against apply and dry run', value, unit: 's', ratio: syncMs / (applyMs + dryRunMs) });
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
