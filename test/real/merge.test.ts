// Our merge beside a real server's: random applies, updates and patches by several managers on one object. After each step
// our answer to the same question has to own the same fields, name the same conflicts, and hold the same values.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/adapters/clock.js';
import { createCluster } from '../../src/adapters/kube/cluster.js';
import { createCredentials } from '../../src/adapters/kube/connection.js';
import { createHttpTransport } from '../../src/adapters/kube/http-transport.js';
import { applyServerSide } from '../../src/core/merge/server-side-apply.js';
import { strategicMerge } from '../../src/core/merge/strategic.js';
import { trackUpdate } from '../../src/core/merge/track-update.js';
import type { Cluster, KubeTransport } from '../../src/domain/ports.js';
import type { ManagedFieldsEntry, Manifest } from '../../src/domain/resource.js';
import { type TypeNode, type TypeTable, typeOfKind } from '../../src/domain/schema.js';
import { controlPlaneBinaries, startControlPlane } from './control-plane.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const STEPS = 60;
const PATH = '/api/v1/namespaces/default/podtemplates';

type Random = () => number;
type Json = Record<string, unknown>;

/** mulberry32 */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function some<T>(random: Random, values: readonly T[], chance = 0.5): T[] {
  return values.filter(() => random() < chance);
}

function maybe(random: Random, name: string, make: () => unknown, chance = 0.5): Json {
  return random() < chance ? { [name]: make() } : {};
}

function container(random: Random, name: string): Json {
  return {
    name,
    ...maybe(random, 'image', () => pick(random, ['one', 'two']), 0.7),
    ...maybe(random, 'args', () => some(random, ['x', 'y', 'z'])),
    ...maybe(random, 'env', () => some(random, ['A', 'B', 'C']).map((env) => ({ name: env, value: pick(random, ['1', '2']) }))),
    ...maybe(random, 'ports', () =>
      // Strategic merge knows ports by number alone, so one number with two protocols has no right answer there.
      some(random, [80, 53]).map((containerPort) => ({ containerPort, protocol: containerPort === 53 ? 'UDP' : 'TCP' })),
    ),
    ...maybe(random, 'resources', () => ({ requests: { cpu: pick(random, ['100m', '0.1', '1']) } }), 0.3),
    ...maybe(random, 'securityContext', () => maybe(random, 'privileged', () => pick(random, [true, false])), 0.3),
    ...maybe(random, 'lifecycle', () => ({ preStop: { exec: { command: some(random, ['a', 'b'], 0.8) } } }), 0.2),
  };
}

function manifest(random: Random): Manifest {
  const map = (keys: readonly string[]) => Object.fromEntries(some(random, keys).map((key) => [key, pick(random, ['1', '2'])]));
  return {
    apiVersion: 'v1',
    kind: 'PodTemplate',
    metadata: {
      name: 'p',
      namespace: 'default',
      ...maybe(random, 'labels', () => map(['a', 'b', 'c'])),
      ...maybe(random, 'annotations', () => map(['x', 'y'])),
    },
    template: {
      ...maybe(random, 'metadata', () => ({ labels: map(['l', 'm']) })),
      spec: {
        containers: some(random, ['c1', 'c2', 'c3'], 0.6).map((name) => container(random, name)),
        ...maybe(random, 'nodeSelector', () => map(['n', 'o'])),
        ...maybe(random, 'tolerations', () => some(random, ['t', 'u']).map((key) => ({ key, operator: 'Exists' }))),
        ...maybe(random, 'volumes', () =>
          some(random, ['v', 'w']).map((name) => ({ name, emptyDir: maybe(random, 'medium', () => 'Memory') })),
        ),
        ...maybe(random, 'hostAliases', () =>
          some(random, ['1.1.1.1', '2.2.2.2']).map((ip) => ({ ip, hostnames: some(random, ['h', 'i']) })),
        ),
        ...maybe(random, 'imagePullSecrets', () => some(random, ['s', 't']).map((name) => ({ name }))),
        ...maybe(random, 'terminationGracePeriodSeconds', () => pick(random, [5, 30]), 0.2),
      },
    },
  } as Manifest;
}

/** Entries without times, in one order. */
function owners(entries: readonly ManagedFieldsEntry[] | undefined): unknown {
  return [...(entries ?? [])]
    .map(({ time: _, ...entry }) => entry)
    .sort((a, b) => (`${a.operation}${a.manager}` < `${b.operation}${b.manager}` ? -1 : 1));
}

const DEFAULTS =
  /(terminationMessagePath|terminationMessagePolicy|imagePullPolicy|restartPolicy|terminationGracePeriodSeconds|dnsPolicy|securityContext|schedulerName|resources|emptyDir|creationTimestamp|metadata|value)$/;

/** Leaves as 'path=value'; list members by their key where they have one. */
function leaves(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : value.flatMap((item, i) => leaves(item, `${path}[${memberKey(item) ?? i}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${path}=${JSON.stringify(value)}`];
  const entries = Object.entries(value).filter(([name]) => !(path === '.metadata' && name === 'managedFields'));
  return entries.flatMap(([name, child]) => leaves(child, `${path}.${name}`));
}

function memberKey(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { name, containerPort, protocol = 'TCP', ip } = item as Record<string, string>;
  return name ?? (containerPort === undefined ? ip : `${containerPort}/${protocol}`);
}

interface World {
  readonly cluster: Cluster;
  readonly transport: KubeTransport;
  readonly table: TypeTable;
  readonly type: TypeNode;
}

async function applyStep(world: World, random: Random, live: Manifest | undefined): Promise<Manifest | undefined> {
  const applied = manifest(random);
  const manager = pick(random, ['ann', 'bob', 'cyd']);
  const force = random() < 0.5;
  const answer = await world.transport.request({
    method: 'PATCH',
    path: `${PATH}/p`,
    query: { fieldManager: manager, force: String(force) },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: applied,
  });
  if (answer.status === 422) return live;
  const ours = applyServerSide({ ...world, live, applied, manager, force, now: new Date().toISOString() });
  if (answer.status === 409) {
    const causes = (answer.body as { details: { causes: { field: string; message: string }[] } }).details.causes;
    const named = ours.conflicts.map((conflict) => `${conflict.manager} ${conflict.path}`);
    expect(named.sort()).toEqual(causes.map(({ field, message }) => `${/"([^"]+)"/.exec(message)?.[1]} ${field}`).sort());
    return live;
  }
  expect(answer.status).toBeLessThan(300);
  const object = answer.body as Manifest;
  expect(ours.conflicts).toEqual([]);
  expect(owners(ours.object.metadata.managedFields)).toEqual(owners(object.metadata.managedFields));
  compareValues(ours.object, object);
  return object;
}

/** Ours has to be in the server's, and what the server has more has to be a default or its own bookkeeping. */
function compareValues(ours: Manifest, theirs: Manifest): void {
  const canonical = (lines: string[]) => lines.map((line) => line.replace('cpu="0.1"', 'cpu="100m"'));
  const a = new Set(canonical(leaves(ours)).filter((line) => !line.startsWith('.metadata.resourceVersion')));
  const b = new Set(canonical(leaves(theirs)));
  const serverOwned = /^\.metadata\.(uid|resourceVersion|creationTimestamp|generation)=/;
  expect([...a].filter((line) => !b.has(line) && !serverOwned.test(line))).toEqual([]);
  const more = [...b].filter((line) => !a.has(line) && !serverOwned.test(line));
  expect(more.filter((line) => !DEFAULTS.test(line.slice(0, line.indexOf('='))))).toEqual([]);
}

async function updateStep(world: World, random: Random, live: Manifest): Promise<Manifest> {
  const kind = pick(random, ['merge', 'strategic'] as const);
  const { apiVersion: _a, kind: _k, ...body } = manifest(random);
  const manager = pick(random, ['ann', 'eve', 'fay']);
  const patch =
    kind === 'strategic'
      ? { ...body, metadata: { labels: body.metadata.labels ?? {} } }
      : { metadata: { labels: { a: null, b: '9' }, annotations: body.metadata.annotations ?? null } };
  const answer = await world.transport.request({
    method: 'PATCH',
    path: `${PATH}/p`,
    query: { fieldManager: manager },
    headers: { 'content-type': `application/${kind === 'merge' ? 'merge' : 'strategic-merge'}-patch+json` },
    body: patch,
  });
  if (answer.status !== 200) return live;
  const object = answer.body as Manifest;
  const after = { ...object, metadata: { ...object.metadata } };
  if (live.metadata.managedFields) after.metadata.managedFields = live.metadata.managedFields;
  const tracked = trackUpdate({ ...world, before: live, after, manager, now: new Date().toISOString() });
  expect(owners(tracked.metadata.managedFields)).toEqual(owners(object.metadata.managedFields));
  if (kind === 'strategic') compareValues(strategicMerge(world.table, world.type, live, patch) as Manifest, object);
  return object;
}

const { skip } = controlPlaneBinaries();

describe.skipIf(skip !== undefined)(`our merge and a real server's${skip ? ` (${skip})` : ''}`, () => {
  let world: World;
  let stop = async () => {};
  beforeAll(async () => {
    const plane = await startControlPlane({ controllers: false });
    const connection = { server: plane.server, headers: { authorization: `Bearer ${plane.token}` }, tls: { rejectUnauthorized: false } };
    const transport = createHttpTransport({ credentials: createCredentials(async () => connection) });
    const info = { key: 'real', server: plane.server, kind: 'real', labels: {}, annotations: {}, aliases: [] } as const;
    const cluster = createCluster(info, transport, { clock: systemClock(), random: Math.random });
    const table = await cluster.types(undefined, ['v1']);
    world = { cluster, transport, table, type: typeOfKind(table, '', 'v1', 'PodTemplate') ?? { is: 'any' } };
    stop = async () => {
      await cluster.close();
      await plane.stop();
    };
  });
  afterAll(() => stop());

  it.each(SEEDS)('agree over random writes (seed %i)', async (seed) => {
    const random = seeded(seed);
    await world.transport.request({ method: 'DELETE', path: `${PATH}/p` });
    let live: Manifest | undefined;
    let written = 0;
    for (let step = 0; step < STEPS; step++) {
      const before = live;
      try {
        live = live && random() < 0.3 ? await updateStep(world, random, live) : await applyStep(world, random, live);
      } catch (error) {
        throw new Error(`seed ${seed}, step ${step}: ${(error as Error).message}`, { cause: error });
      }
      if (live !== before) written++;
    }
    expect(written).toBeGreaterThan(STEPS / 5);
  });
});
