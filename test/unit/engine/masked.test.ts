import { describe, expect, it } from 'vitest';
import { masked } from '../../../src/engine/masked.js';

const secret = (labels: Record<string, string>, data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', labels },
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

describe('a Secret on its way out', () => {
  it('loses every value', () => {
    expect(masked(secret({}, { name: 'n', password: 'hunter2' }))['data']).toEqual({ name: '++++++++', password: '++++++++' });
    expect(masked(secret({}, { name: 'n' }))['stringData']).toBeUndefined();
  });

  it('of a repository or cluster still says what it is for', () => {
    const label = { 'argocd.argoproj.io/secret-type': 'repository' };
    const out = masked(secret(label, { url: 'https://ana:hunter2@git.example.org/a', type: 'git', password: 'hunter2' }));
    expect(out['stringData']).toEqual({ url: 'https://git.example.org/a', type: 'git' });
    expect(JSON.stringify(out)).not.toContain('hunter2');
    expect(JSON.stringify(out)).not.toContain(Buffer.from('hunter2').toString('base64'));
  });
});
