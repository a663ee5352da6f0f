import { describe, expect, it } from 'vitest';
import { ownChanges } from '../../../src/core/compare/server-diff.js';

describe('ownChanges()', () => {
  it('is what is live where the server would change nothing', () => {
    const live = { spec: { cpu: '1' } };
    expect(ownChanges({ spec: { cpu: '1' } }, live, { spec: { cpu: '1000m' } })).toBe(live);
  });

  it('takes what our apply changes, in the spelling of the server', () => {
    expect(ownChanges({ spec: { cpu: '2', x: 1 } }, { spec: { cpu: '1', x: 1 } }, { spec: { cpu: '2000m', x: 1 } })).toEqual({
      spec: { cpu: '2', x: 1 },
    });
  });

  it('leaves out what a webhook adds elsewhere', () => {
    const live = { spec: { replicas: 1, template: { containers: [{ name: 'a', image: '1' }] } } };
    const predicted = { spec: { replicas: 2, template: { containers: [{ name: 'a', image: '1' }] } } };
    const answer = {
      spec: { replicas: 2, template: { containers: [{ name: 'a', image: '1' }, { name: 'sidecar' }] } },
      metadata: { x: 1 },
    };
    expect(ownChanges(answer, live, predicted)).toEqual({ spec: { replicas: 2, template: live.spec.template } });
  });

  it('knows what our apply takes away', () => {
    expect(ownChanges({ a: {} }, { a: { b: 1 } }, { a: {} })).toEqual({ a: {} });
  });
});
