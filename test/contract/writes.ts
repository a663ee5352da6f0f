import { expect, it } from 'vitest';
import type { ApplyHow } from '../../src/domain/operation.js';
import type { Manifest } from '../../src/domain/resource.js';
import { refOf } from '../../src/domain/resource.js';
import { configMap, eventually, live, MANAGER, makeNamespace, raw, refusal, SERVER_SIDE, type Subject } from './subject.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const CLIENT_SIDE = { mode: 'client-side', fieldManager: MANAGER } as const;

export function deployment(namespace: string, name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx:1' }] } },
      ...spec,
    },
  };
}

export function writesContract(subject: () => Subject): void {
  it('creates, and refuses to create twice', async () => {
    const namespace = await makeNamespace(subject(), 'creates');
    const how = { mode: 'create', fieldManager: MANAGER } as const;
    const made = await subject().cluster.apply(configMap(namespace, 'one', { a: '1' }), how);
    expect(made.metadata).toMatchObject({
      uid: expect.any(String),
      resourceVersion: expect.any(String),
      creationTimestamp: expect.any(String),
    });
    expect(made.metadata.managedFields?.[0]).toMatchObject({ manager: MANAGER, operation: 'Update' });
    const error = await refusal(subject().cluster.apply(configMap(namespace, 'one'), how));
    expect([error.status, error.reason, error.retry]).toEqual([409, 'AlreadyExists', 'never']);
    expect(error.message).toMatch(/Cannot create ConfigMap creates\/one on cluster ".*": configmaps "one" already exists$/);
  });

  it('dry-runs every way to write without writing', async () => {
    const namespace = await makeNamespace(subject(), 'rehearses');
    const manifest = configMap(namespace, 'one', { a: '1' });
    for (const mode of ['server-side', 'client-side', 'replace', 'create'] as const) {
      const answer = await subject().cluster.apply(manifest, { mode, fieldManager: MANAGER, force: false, dryRun: true } as ApplyHow);
      expect(answer['data']).toEqual({ a: '1' });
      expect(await subject().cluster.get(refOf(manifest))).toBeUndefined();
    }
    const made = await subject().cluster.apply(manifest, SERVER_SIDE);
    const changed = configMap(namespace, 'one', { a: '2' });
    for (const mode of ['server-side', 'client-side', 'replace'] as const) {
      const answer = await subject().cluster.apply(changed, { mode, fieldManager: MANAGER, force: false, dryRun: true } as ApplyHow);
      expect([mode, answer['data']]).toEqual([mode, { a: '2' }]);
    }
    await subject().cluster.apply(changed, { mode: 'replace', fieldManager: MANAGER, force: true, dryRun: true });
    expect((await live(subject(), manifest)).metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  it('replaces the whole object, and with force makes a new one', async () => {
    const namespace = await makeNamespace(subject(), 'replaces');
    const first = await subject().cluster.apply(configMap(namespace, 'one', { a: '1', b: '1' }), SERVER_SIDE);
    const second = await subject().cluster.apply(configMap(namespace, 'one', { a: '2' }), { mode: 'replace', fieldManager: MANAGER });
    expect([second['data'], second.metadata.uid]).toEqual([{ a: '2' }, first.metadata.uid]);
    const third = await subject().cluster.apply(configMap(namespace, 'one', { a: '3' }), {
      mode: 'replace',
      fieldManager: MANAGER,
      force: true,
    });
    expect(third['data']).toEqual({ a: '3' });
    expect(third.metadata.uid).not.toBe(first.metadata.uid);
  });

  it('refuses to replace what changed meanwhile, when a revision is named', async () => {
    const namespace = await makeNamespace(subject(), 'optimistic');
    const first = await subject().cluster.apply(configMap(namespace, 'one', { a: '1' }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'one', { a: '2' }), SERVER_SIDE);
    const error = await refusal(subject().cluster.apply({ ...first, data: { a: '3' } }, { mode: 'replace', fieldManager: MANAGER }));
    expect([error.status, error.reason]).toEqual([409, 'Conflict']);
    expect(error.message).toContain('the object has been modified; please apply your changes to the latest version and try again');
  });

  it('applies client-side as kubectl does: removes what it applied before, keeps what others wrote', async () => {
    const namespace = await makeNamespace(subject(), 'clientside');
    const base = deployment(namespace, 'web', { minReadySeconds: 5, paused: true });
    const first = await subject().cluster.apply(base, CLIENT_SIDE);
    expect(first.metadata.annotations?.[LAST_APPLIED]).toMatch(
      /^\{"apiVersion":"apps\/v1","kind":"Deployment","metadata":\{"annotations":\{\},.*\}\n$/,
    );
    await raw(subject(), 'PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/web`, {
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { spec: { revisionHistoryLimit: 3, template: { spec: { containers: [{ name: 'sidecar', image: 'other:1' }] } } } },
    });
    const next = deployment(namespace, 'web', { paused: true });
    const second = await subject().cluster.apply(next, CLIENT_SIDE);
    const spec = second['spec'] as Record<string, unknown>;
    expect(spec['minReadySeconds']).toBeUndefined();
    expect(spec['revisionHistoryLimit']).toBe(3);
    const { spec: pod } = spec['template'] as { spec: { containers: { name: string }[] } };
    expect(pod.containers.map(({ name }) => name).sort()).toEqual(['main', 'sidecar']);
    const before = subject().cluster.requests();
    const third = await subject().cluster.apply(next, CLIENT_SIDE);
    expect(subject().cluster.requests() - before).toBe(1);
    expect(third.metadata.generation).toBe(second.metadata.generation);
  });

  it('counts generations for changes of the spec only', async () => {
    const namespace = await makeNamespace(subject(), 'generations');
    const generation = async (manifest: Manifest) => (await subject().cluster.apply(manifest, SERVER_SIDE)).metadata.generation;
    const base = deployment(namespace, 'web', { paused: true });
    expect(await generation(base)).toBe(1);
    expect(await generation({ ...base, metadata: { ...base.metadata, labels: { a: 'b' } } })).toBe(1);
    expect(await generation(deployment(namespace, 'web', { paused: true, minReadySeconds: 2 }))).toBe(2);
  });

  it('fills in defaults and brings quantities into one form', async () => {
    const namespace = await makeNamespace(subject(), 'defaults');
    const resources = { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { cpu: '1500m', memory: '2000000000' } };
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'nginx', resources }] } };
    const manifest = deployment(namespace, 'web', { template, paused: true });
    const first = await subject().cluster.apply(manifest, SERVER_SIDE);
    const { spec } = (first['spec'] as { template: { spec: { containers: Record<string, unknown>[]; restartPolicy: string } } }).template;
    expect(spec.containers[0]).toMatchObject({
      resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1500m', memory: '2G' } },
      imagePullPolicy: 'Always',
      terminationMessagePath: '/dev/termination-log',
    });
    expect(spec.restartPolicy).toBe('Always');
    const again = await subject().cluster.apply(manifest, SERVER_SIDE);
    expect(again.metadata.generation).toBe(1);
    const quiet: Manifest = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'quiet', namespace }, template };
    const written = await subject().cluster.apply(quiet, SERVER_SIDE);
    expect((await subject().cluster.apply(quiet, SERVER_SIDE)).metadata).toEqual(written.metadata);
  });

  it('says which field is wrong', async () => {
    const namespace = await makeNamespace(subject(), 'refuses');
    const wrong = async (manifest: Manifest) => refusal(subject().cluster.apply(manifest, SERVER_SIDE));
    const unknown = await wrong(deployment(namespace, 'web', { replicaz: 1 }));
    expect([unknown.message, unknown.retry]).toEqual([expect.stringContaining('.spec.replicaz: field not declared in schema'), 'never']);
    const type = await wrong(deployment(namespace, 'web', { replicas: 'many' }));
    expect(type.message).toContain('spec.replicas');
    expect(type.retry).toBe('never');
    const missing = await wrong(deployment(namespace, 'web', { template: { metadata: { labels: { app: 'web' } }, spec: {} } }));
    expect([missing.status, missing.reason]).toEqual([422, 'Invalid']);
    expect(missing.message).toContain('spec.template.spec.containers: Required value');
    const name = await wrong(configMap(namespace, 'Not_A_Name'));
    expect([name.status, name.message]).toEqual([422, expect.stringContaining('metadata.name: Invalid value: "Not_A_Name"')]);
    await subject().cluster.apply(deployment(namespace, 'web'), SERVER_SIDE);
    const immutable = await wrong(deployment(namespace, 'web', { selector: { matchLabels: { app: 'web', more: 'x' } } }));
    expect(immutable.status).toBe(422);
    const homeless = await wrong(configMap('no-such-namespace', 'one'));
    expect([homeless.status, homeless.message]).toEqual([404, expect.stringContaining('namespaces "no-such-namespace" not found')]);
  });

  it('takes what it does not know when validation is off', async () => {
    const namespace = await makeNamespace(subject(), 'lenient');
    const how = { mode: 'create', fieldManager: MANAGER } as const;
    const strict = await refusal(subject().cluster.apply(deployment(namespace, 'web', { replicaz: 1 }), how));
    expect([strict.status, strict.message]).toEqual([400, expect.stringContaining('strict decoding error: unknown field "spec.replicaz"')]);
    const made = await subject().cluster.apply(deployment(namespace, 'web', { replicaz: 1 }), { ...how, validate: false });
    expect((made['spec'] as Record<string, unknown>)['replicaz']).toBeUndefined();
  });

  it('keeps status and spec apart', async () => {
    const namespace = await makeNamespace(subject(), 'substatus');
    const job = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'rc', namespace },
      spec: {
        replicas: 0,
        selector: { a: 'b' },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      },
    };
    const made = await subject().cluster.apply(job, SERVER_SIDE);
    const ref = refOf(job);
    const patch = {
      type: 'merge',
      body: { spec: { minReadySeconds: 9 }, status: { fullyLabeledReplicas: 0, replicas: 3 } },
      fieldManager: 'kubelet',
    } as const;
    const status = await subject().cluster.patch(ref, { ...patch, subresource: 'status' });
    expect([
      (status['spec'] as Record<string, unknown>)['minReadySeconds'],
      (status['status'] as Record<string, unknown>)['replicas'],
    ]).toEqual([undefined, 3]);
    expect(status.metadata.managedFields?.some(({ manager, subresource }) => manager === 'kubelet' && subresource === 'status')).toBe(true);
    expect(status.metadata.generation).toBe(made.metadata.generation);
  });

  it('scales through the scale subresource', async () => {
    const namespace = await makeNamespace(subject(), 'scales');
    await subject().cluster.apply(deployment(namespace, 'web', { paused: true }), SERVER_SIDE);
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web/scale`;
    const scale = (await raw(subject(), 'GET', path)).body as Manifest;
    expect([scale.apiVersion, scale.kind, scale['spec'] ?? {}]).toEqual(['autoscaling/v1', 'Scale', {}]);
    const scaled = await raw(subject(), 'PATCH', path, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { spec: { replicas: 2 } },
    });
    expect([scaled.status, (scaled.body as Manifest)['spec']]).toEqual([200, { replicas: 2 }]);
    const after = await live(subject(), deployment(namespace, 'web'));
    expect([(after['spec'] as Record<string, unknown>)['replicas'], after.metadata.generation]).toEqual([2, 2]);
  });

  it('patches by JSON patch, and refuses one whose test fails', async () => {
    const namespace = await makeNamespace(subject(), 'patches');
    const manifest = configMap(namespace, 'one', { a: '1' });
    await subject().cluster.apply(manifest, SERVER_SIDE);
    const patch = (body: unknown) => subject().cluster.patch(refOf(manifest), { type: 'json', body, fieldManager: 'x' });
    expect((await patch([{ op: 'add', path: '/data/b', value: '2' }]))['data']).toEqual({ a: '1', b: '2' });
    const error = await refusal(patch([{ op: 'test', path: '/data/b', value: 'no' }]));
    expect(error.status).toBe(422);
    expect((await eventually(subject(), async () => live(subject(), manifest)))['data']).toEqual({ a: '1', b: '2' });
  });
}
