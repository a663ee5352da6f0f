import { expect, it } from 'vitest';
import type { LiveChange } from '../../src/domain/ports.js';
import { configMap, eventually, kindOf, live, makeNamespace, raw, refusal, remove, SERVER_SIDE, type Subject } from './subject.js';

const DEPLOYMENT = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'nothing' };

export function readsContract(subject: () => Subject): void {
  it('discovers kinds with scope, verbs, short names and subresources, preferred versions first', async () => {
    const { kinds, version } = await subject().cluster.discover();
    const of = (kind: string, group: string) => kinds.filter((api) => api.kind === kind && api.group === group);
    expect(version.major).toBe('1');
    expect(of('Deployment', 'apps')[0]).toMatchObject({ version: 'v1', plural: 'deployments', namespaced: true, shortNames: ['deploy'] });
    expect([...(of('Deployment', 'apps')[0]?.subresources ?? [])].sort()).toEqual(['scale', 'status']);
    expect(of('Deployment', 'apps')[0]?.verbs).toEqual(
      expect.arrayContaining(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']),
    );
    expect(of('Namespace', '')[0]).toMatchObject({ namespaced: false, shortNames: ['ns'] });
    expect(of('HorizontalPodAutoscaler', 'autoscaling').map((api) => api.version)[0]).toBe('v2');
  });

  it('knows the types of its kinds', async () => {
    const { kinds, types } = await subject().cluster.types(undefined, ['v1', 'apps/v1']);
    const pod = types[kinds['/v1/Pod'] ?? ''];
    expect(pod?.is).toBe('map');
    expect(kinds['apps/v1/Deployment']).toBe('io.k8s.api.apps.v1.Deployment');
    const spec = types['io.k8s.api.core.v1.PodSpec'];
    expect(spec?.is === 'map' && spec.fields?.['containers']).toMatchObject({
      is: 'list',
      listType: 'map',
      keys: ['name'],
      mergeKey: 'name',
    });
    expect(spec?.is === 'map' && spec.fields?.['nodeSelector']).toMatchObject({ is: 'map', atomic: true });
    const port = types['io.k8s.api.core.v1.ServicePort'];
    const target = port?.is === 'map' ? port.fields?.['targetPort'] : undefined;
    expect(target?.is === 'ref' ? types[target.name] : target).toMatchObject({ is: 'scalar', format: 'int-or-string' });
  });

  it('has no answer for an object, and for a kind, that does not exist', async () => {
    const { cluster } = subject();
    expect(await cluster.get(DEPLOYMENT)).toBeUndefined();
    expect(await cluster.get({ ...DEPLOYMENT, group: 'no.example.com' })).toBeUndefined();
    const error = await refusal(cluster.apply({ apiVersion: 'no.example.com/v1', kind: 'Nothing', metadata: { name: 'a' } }, SERVER_SIDE));
    expect(error.message).toMatch(/Cannot apply Nothing a on cluster ".*": the server has no kind "Nothing" in "no.example.com\/v1"/);
  });

  it('lists by namespace, labels and fields', async () => {
    const namespace = await makeNamespace(subject(), 'lists');
    const labels = [{ tier: 'web', stage: 'a' }, { tier: 'web' }, { tier: 'db' }, undefined];
    for (const [i, label] of labels.entries()) {
      await subject().cluster.apply(configMap(namespace, `c${i}`, {}, label ? { labels: label } : {}), SERVER_SIDE);
    }
    const api = await kindOf(subject(), 'ConfigMap');
    const names = async (labelSelector?: string, fieldSelector?: string) => {
      const found = await subject().cluster.list(api, {
        namespace,
        ...(labelSelector ? { labelSelector } : {}),
        ...(fieldSelector ? { fieldSelector } : {}),
      });
      return found.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt');
    };
    expect(await names()).toEqual(['c0', 'c1', 'c2', 'c3']);
    expect(await names('tier=web')).toEqual(['c0', 'c1']);
    expect(await names('tier in (db, web),!stage')).toEqual(['c1', 'c2']);
    expect(await names('tier!=web')).toEqual(['c2', 'c3']);
    expect(await names(undefined, 'metadata.name=c2')).toEqual(['c2']);
    const [first] = await subject().cluster.list(api, { namespace });
    expect([first?.apiVersion, first?.kind]).toEqual(['v1', 'ConfigMap']);
    expect((await refusal(subject().cluster.list(api, { namespace, fieldSelector: 'data.x=1' }))).status).toBe(400);
  });

  it('lists in pages of one revision', async () => {
    const namespace = await makeNamespace(subject(), 'pages');
    for (let i = 0; i < 5; i++) await subject().cluster.apply(configMap(namespace, `c${i}`), SERVER_SIDE);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    type Page = {
      metadata: { continue?: string; resourceVersion: string; remainingItemCount?: number };
      items: { metadata: { name: string } }[];
    };
    const query = { limit: '2' };
    const first = (await raw(subject(), 'GET', path, { query })).body as Page;
    await subject().cluster.apply(configMap(namespace, 'c9'), SERVER_SIDE);
    const second = (await raw(subject(), 'GET', path, { query: { ...query, continue: first.metadata.continue ?? '' } })).body as Page;
    expect([first.items.length, second.items.length]).toEqual([2, 2]);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const rest = (await raw(subject(), 'GET', path, { query: { continue: second.metadata.continue ?? '' } })).body as Page;
    const names = [...first.items, ...second.items, ...rest.items].map(({ metadata }) => metadata.name);
    expect(names).not.toContain('c9');
    expect(names.filter((name) => name.startsWith('c'))).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    expect(rest.metadata.continue ?? '').toBe('');
  });

  it('makes up a name from generateName', async () => {
    const namespace = await makeNamespace(subject(), 'generates');
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } };
    const made = (await raw(subject(), 'POST', `/api/v1/namespaces/${namespace}/configmaps`, { body })).body as {
      metadata: { name: string };
    };
    expect(made.metadata.name).toMatch(/^made-[a-z0-9]{5}$/);
  });

  it('watches: a list, then every change in order', async () => {
    const namespace = await makeNamespace(subject(), 'watched');
    const api = await kindOf(subject(), 'ConfigMap');
    const before = await subject().cluster.apply(configMap(namespace, 'before'), SERVER_SIDE);
    const stop = new AbortController();
    const seen: LiveChange[] = [];
    const watching = (async () => {
      for await (const change of subject().cluster.watch(api, stop.signal)) seen.push(change);
    })();
    await eventually(subject(), async () => (seen.length > 0 ? true : undefined));
    const one = await subject().cluster.apply(configMap(namespace, 'one', { a: '1' }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'one', { a: '2' }), SERVER_SIDE);
    await remove(subject(), one);
    const own = () =>
      seen.flatMap((c) => ((c.kind === 'changed' || c.kind === 'removed') && c.object.metadata.namespace === namespace ? [c] : []));
    await eventually(subject(), async () => (own().some(({ kind }) => kind === 'removed') ? true : undefined));
    stop.abort();
    await watching;
    const [listed] = seen;
    expect(listed?.kind === 'listed' && listed.objects.some(({ metadata }) => metadata.uid === before.metadata.uid)).toBe(true);
    const events = own().filter(({ object }) => object.metadata.name === 'one');
    expect(events.map(({ kind, object }) => [kind, (object['data'] as Record<string, string>)['a']])).toEqual([
      ['changed', '1'],
      ['changed', '2'],
      ['removed', '2'],
    ]);
    const revisions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(3);
  });

  it('says at once that a resumed watch stands', async () => {
    const namespace = await makeNamespace(subject(), 'stands');
    const made = await subject().cluster.apply(configMap(namespace, 'one'), SERVER_SIDE);
    const stop = new AbortController();
    const query = { watch: 'true', resourceVersion: made.metadata.resourceVersion ?? '', allowWatchBookmarks: 'true' };
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const seen: string[] = [];
    for await (const { type, object } of subject().transport.stream({ method: 'GET', path, query }, stop.signal)) {
      if (object.metadata.name !== 'kube-root-ca.crt') seen.push(type);
      if (seen.length > 0) stop.abort();
    }
    expect(seen[0]).toBe('BOOKMARK');
  });

  it('resumes a watch after a revision, without losing and without repeating', async () => {
    const namespace = await makeNamespace(subject(), 'resumes');
    const first = await subject().cluster.apply(configMap(namespace, 'one', { a: '1' }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'one', { a: '2' }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'two'), SERVER_SIDE);
    const stop = new AbortController();
    const query = { watch: 'true', resourceVersion: first.metadata.resourceVersion ?? '', allowWatchBookmarks: 'true' };
    const seen: string[] = [];
    for await (const { type, object } of subject().transport.stream(
      { method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps`, query },
      stop.signal,
    )) {
      if (type !== 'BOOKMARK' && object.metadata.name !== 'kube-root-ca.crt') seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual(['MODIFIED one', 'ADDED two']);
  });

  it('says 410 when a watch begins too far back, and the cluster lists anew', async (context) => {
    const resourceVersion = subject().forgotten?.();
    if (resourceVersion === undefined) return context.skip('a fresh server has forgotten nothing');
    const namespace = await makeNamespace(subject(), 'forgets');
    for (const a of ['1', '2', '3']) await subject().cluster.apply(configMap(namespace, 'one', { a }), SERVER_SIDE);
    const query = { watch: 'true', resourceVersion };
    const path = '/api/v1/namespaces';
    const read = async () => {
      for await (const { type, object } of subject().transport.stream({ method: 'GET', path, query }, new AbortController().signal)) {
        if (type !== 'BOOKMARK') return (object as unknown as { code?: number }).code;
      }
      return 'ended';
    };
    const code = await read().catch((error: { status?: number }) => error.status);
    expect(code).toBe(410);
  });

  it('watches with a selector: what stops matching is deleted', async () => {
    const namespace = await makeNamespace(subject(), 'selects');
    const made = await subject().cluster.apply(configMap(namespace, 'one', {}, { labels: { on: 'yes' } }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'one', {}, { labels: { on: 'no' } }), SERVER_SIDE);
    await subject().cluster.apply(configMap(namespace, 'one', {}, { labels: { on: 'yes' } }), SERVER_SIDE);
    const stop = new AbortController();
    const query = { watch: 'true', resourceVersion: made.metadata.resourceVersion ?? '', labelSelector: 'on=yes' };
    const seen: string[] = [];
    for await (const { type } of subject().transport.stream(
      { method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps`, query },
      stop.signal,
    )) {
      if (type !== 'BOOKMARK') seen.push(type);
      if (seen.length === 2) stop.abort();
    }
    expect(seen).toEqual(['DELETED', 'ADDED']);
  });

  it('keeps the revision of what did not change', async () => {
    const namespace = await makeNamespace(subject(), 'noop');
    const manifest = configMap(namespace, 'one', { a: '1' });
    const first = await subject().cluster.apply(manifest, SERVER_SIDE);
    const again = await subject().cluster.apply(manifest, SERVER_SIDE);
    expect(again.metadata).toEqual(first.metadata);
    const path = `/api/v1/namespaces/${namespace}/configmaps/one`;
    const merge = await raw(subject(), 'PATCH', path, {
      headers: { 'content-type': 'application/merge-patch+json' },
      query: { fieldManager: MANAGER_OF_PATCH },
      body: { data: { a: '1' } },
    });
    const put = await raw(subject(), 'PUT', path, { body: first, query: { fieldManager: MANAGER_OF_PATCH } });
    expect([merge.status, put.status]).toEqual([200, 200]);
    expect((await live(subject(), manifest)).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });
}

const MANAGER_OF_PATCH = 'somebody';
