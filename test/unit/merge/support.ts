// Objects and types for merge tests, and a small generator with a seed.
import { builtinTypes } from '../../../src/adapters/apiserver/schema/builtin-types.js';
import { groupVersion, type Manifest } from '../../../src/domain/resource.js';
import { type TypeNode, type TypeTable, typeOfKind } from '../../../src/domain/schema.js';

export const table: TypeTable = builtinTypes();

export function typeOf(manifest: Pick<Manifest, 'apiVersion' | 'kind'>): TypeNode {
  const { group, version } = groupVersion(manifest.apiVersion);
  return typeOfKind(table, group, version, manifest.kind) ?? { is: 'any' };
}

export function deployment(spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }] },
      },
      ...spec,
    },
  };
}

export function configMap(data: Record<string, string>): Manifest {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data };
}

/** Numbers in [0, 1), the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A random Deployment: containers, env, ports, labels in any number and order. */
export function randomDeployment(random: () => number): Manifest {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const some = <T>(items: readonly T[]): T[] => items.filter(() => random() < 0.5).sort(() => random() - 0.5);
  const containers = some(['a', 'b', 'c']).map((name) => ({
    name,
    image: `${name}:${pick([1, 2])}`,
    ...(random() < 0.6 ? { env: some(['X', 'Y', 'Z']).map((key) => ({ name: key, value: pick(['1', '2']) })) } : {}),
    ...(random() < 0.4
      ? { ports: some([80, 443]).map((containerPort) => ({ containerPort, ...(random() < 0.5 ? { protocol: 'TCP' } : {}) })) }
      : {}),
    ...(random() < 0.3 ? { resources: { limits: { cpu: pick(['1', '500m']) } } } : {}),
    ...(random() < 0.3 ? { command: some(['sh', '-c', 'x']) } : {}),
  }));
  const labels = Object.fromEntries(some(['app', 'tier', 'team']).map((key) => [key, pick(['x', 'y'])]));
  return deployment({
    ...(random() < 0.7 ? { replicas: pick([1, 2, 3]) } : {}),
    ...(random() < 0.3 ? { strategy: pick([{ type: 'Recreate' }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }]) } : {}),
    template: { metadata: { labels }, spec: { containers, ...(random() < 0.3 ? { nodeSelector: labels } : {}) } },
  });
}
