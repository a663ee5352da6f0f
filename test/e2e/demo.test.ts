// What `npm start` does without a terminal: the demo fleet runs until it is settled, prints its applications, and ends well.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Finished, type Place, place } from '../support/program.js';

let here: Place;
let first: Finished;

beforeAll(async () => {
  here = place();
  first = await here.run(['demo'], { timeoutMs: 110_000 });
}, 120_000);
afterAll(() => here.remove());

const row = (output: string, name: string) =>
  output
    .split('\n')
    .find((line) => line.includes(`argocd/${name} `))
    ?.trim()
    .split(/\s{2,}|\s+/) ?? [];

describe('the demo without a terminal', () => {
  it('settles and ends with 0', () => {
    expect(first.stderr).not.toMatch(/Error|undefined|\[object/);
    expect(first.code).toBe(0);
  });

  it("prints Argo CD's columns and every application", () => {
    expect(first.stdout).toMatch(/^NAME\s+CLUSTER\s+NAMESPACE\s+PROJECT\s+STATUS\s+HEALTH\s+SYNCPOLICY\s+CONDITIONS/m);
    expect(first.stdout.match(/^argocd\//gm)).toHaveLength(22);
  });

  it('has staging synced and healthy by itself, production by recorded operations, one Degraded, one a release behind', () => {
    expect(row(first.stdout, 'my-app-staging-eu')).toEqual([
      'argocd/my-app-staging-eu',
      'staging-eu',
      'my-app',
      'default',
      'Synced',
      'Healthy',
      'Auto-Prune',
      '<none>',
    ]);
    expect(row(first.stdout, 'orders-production-eu').slice(4, 7)).toEqual(['Synced', 'Healthy', 'Manual']);
    expect(row(first.stdout, 'payments-production-eu').slice(4, 6)).toEqual(['Synced', 'Degraded']);
    expect(row(first.stdout, 'my-app-production-us').slice(4, 6)).toEqual(['OutOfSync', 'Healthy']);
  });

  it('keeps its state: a second run finds the same fleet and syncs nothing again', async () => {
    const second = await here.run(['demo'], { timeoutMs: 60_000 });
    expect(second.code).toBe(0);
    expect(row(second.stdout, 'payments-production-eu').slice(4, 6)).toEqual(['Synced', 'Degraded']);
    const history = await here.run(['app', 'history', 'orders-production-eu', '--data', `${here.dir}/state/argosy/demo`]);
    expect(history.stdout.trim().split('\n')).toHaveLength(3);
  }, 90_000);
});
