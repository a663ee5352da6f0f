// ApplicationSets in a running engine: what they write, and what they refuse to lose.
import { afterEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/domain/resource.js';
import { type TestFleet, testFleet } from '../../support/fleet.js';

const REF = { group: 'argoproj.io', version: 'v1alpha1', kind: 'ApplicationSet', namespace: 'argocd', name: 'team' };
let fleet: TestFleet | undefined;
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

function set(names: readonly string[], more: { spec?: object; annotations?: Record<string, string>; element?: unknown } = {}): Manifest {
  const elements = [...names.map((name) => ({ name })), ...(more.element === undefined ? [] : [more.element])];
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ApplicationSet',
    metadata: { name: 'team', namespace: 'argocd', ...(more.annotations ? { annotations: more.annotations } : {}) },
    spec: {
      ...more.spec,
      generators: [{ list: { elements } }],
      template: {
        metadata: { name: '{{name}}' },
        spec: {
          project: 'default',
          source: { repoURL: 'https://git.example.org/repo', path: 'app' },
          destination: { name: 'one', namespace: 'default' },
        },
      },
    },
  };
}

async function write(manifest: Manifest): Promise<void> {
  await (fleet as TestFleet).engine.request({ kind: 'put', manifest, how: 'upsert', actor: 'ana' });
}

async function names(): Promise<string[]> {
  const { apps } = await (fleet as TestFleet).engine.inspect({ kind: 'rows' });
  return apps
    .map(({ name }) => name)
    .filter((name) => name !== 'fleet')
    .sort();
}

async function conditions(): Promise<Record<string, string>> {
  const found = await (fleet as TestFleet).hub.get(REF);
  const { conditions = [] } = (found?.['status'] ?? {}) as {
    conditions?: { type: string; status: string; reason: string; message: string }[];
  };
  return Object.fromEntries(conditions.map(({ type, status, reason, message }) => [type, `${status} ${reason}: ${message}`]));
}

const wait = { timeout: 60_000, interval: 20 };

describe('sets in the engine', () => {
  it('creates, says so in its conditions, and keeps the last good applications through an error', async () => {
    fleet = await testFleet();
    await write(set(['a', 'b']));
    await expect.poll(names, wait).toEqual(['a', 'b']);
    await expect.poll(conditions, wait).toMatchObject({
      ErrorOccurred: 'False ApplicationSetUpToDate: Successfully generated parameters for all Applications',
      ParametersGenerated: 'True ParametersGenerated: Successfully generated parameters for all Applications',
      ResourcesUpToDate: 'True ApplicationSetUpToDate: All applications have been generated successfully',
    });
    await write(set([], { element: { name: 1 } }));
    const error = 'error parsing value as string: name is 1';
    await expect.poll(conditions, wait).toMatchObject({
      ErrorOccurred: `True ApplicationParamsGenerationError: ${error}`,
      ParametersGenerated: `False ErrorOccurred: ${error}`,
      ResourcesUpToDate: `False ApplicationParamsGenerationError: ${error}`,
    });
    expect(await names()).toEqual(['a', 'b']);
    const preview = await fleet.engine.inspect({ kind: 'set-preview', set: 'team' });
    expect(preview).toMatchObject({ complete: false, problems: [error], staleSinceMs: expect.any(Number), unchanged: ['a', 'b'] });
  });

  it('says of a duplicate only the last message, and neither writes nor deletes that name', async () => {
    fleet = await testFleet();
    await write(set(['a', 'b']));
    await expect.poll(names, wait).toEqual(['a', 'b']);
    await write(set(['a', 'a', 'c']));
    await expect.poll(names, wait).toEqual(['a', 'c']);
    await expect.poll(conditions, wait).toMatchObject({
      ResourcesUpToDate: 'False ApplicationValidationError: ApplicationSet team contains applications with duplicate name: a',
    });
  });

  it('waits for an approval before all of it goes', async () => {
    fleet = await testFleet();
    await write(set(['a', 'b']));
    await expect.poll(names, wait).toEqual(['a', 'b']);
    await write(set(['c']));
    await expect.poll(names, wait).toEqual(['a', 'b', 'c']);
    const waiting = async () =>
      (await (fleet as TestFleet).engine.inspect({ kind: 'approvals' })).map(({ hash, reason }) => ({ hash, reason }));
    await expect.poll(waiting, wait).toMatchObject([{ reason: 'it deletes all 2 applications of the set' }]);
    const [plan] = await waiting();
    await fleet.engine.request({ kind: 'approve', hash: plan?.hash ?? '', actor: 'ana' });
    await expect.poll(names, wait).toEqual(['c']);
  });

  it('carries out nothing at all before an approval where the set asks for that', async () => {
    fleet = await testFleet();
    await write(set(['a'], { annotations: { 'argosy.dev/require-approval': 'true' } }));
    const waiting = async () => (await (fleet as TestFleet).engine.inspect({ kind: 'approvals' })).map(({ hash }) => hash);
    await expect.poll(async () => (await waiting()).length, wait).toBe(1);
    expect(await names()).toEqual([]);
    await fleet.engine.request({ kind: 'approve', hash: (await waiting())[0] ?? '', actor: 'ana' });
    await expect.poll(names, wait).toEqual(['a']);
  });

  it('leaves its applications without an owner when a set that may not delete is deleted', async () => {
    fleet = await testFleet();
    await write(set(['a'], { spec: { syncPolicy: { applicationsSync: 'create-update' } } }));
    await expect.poll(names, wait).toEqual(['a']);
    await fleet.engine.request({ kind: 'remove', ref: REF, actor: 'ana' });
    await expect.poll(async () => (await (fleet as TestFleet).hub.get(REF)) === undefined, wait).toBe(true);
    const app = await fleet.hub.get({ ...REF, kind: 'Application', name: 'a' });
    expect(app?.metadata.ownerReferences ?? []).toEqual([]);
  });
});
