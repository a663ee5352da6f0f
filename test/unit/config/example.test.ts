import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { CONFIG_KEYS, readConfigText } from '../../../src/config/file.js';

const text = readFileSync(new URL('../../../src/config/argosy.example.yaml', import.meta.url), 'utf8');

describe('the example file', () => {
  it('can be used as it is', () => {
    const config = readConfigText(text, 'argosy.example.yaml');
    expect(config.contexts).toEqual([
      { glob: 'dev-*', labels: {} },
      { glob: 'prod-*', labels: { environment: 'production' } },
    ]);
    expect(config.clusters.get('playground')).toMatchObject({ sandbox: true });
    expect(config.clusters.get('prod-eu')).toMatchObject({ protected: true, labels: { region: 'eu' } });
    expect(config.hub).toEqual({ kind: 'embedded', namespace: 'argocd' });
  });

  it('writes the defaults as they are', () => {
    const [example, empty] = [readConfigText(text, 'a'), readConfigText('', 'b')];
    expect([example.timings, example.lease, example.sandbox, example.hub]).toEqual([empty.timings, empty.lease, empty.sandbox, empty.hub]);
  });

  it('can be used with everything switched on', () => {
    const config = readConfigText(switchedOn(), 'argosy.example.yaml');
    expect(config.hub).toEqual({ kind: 'cluster', context: 'management', namespace: 'argocd', force: 'management' });
    expect(config.repositories).toEqual(new Map([['https://git.example.org/org/apps.git', '../apps']]));
  });

  it('names every key', () => {
    const seen = new Set<string>();
    collect(parseDocument(switchedOn()).toJS(), '', seen);
    for (const [at, keys] of Object.entries(CONFIG_KEYS)) for (const key of keys) expect(seen).toContain(at === '' ? key : `${at}.${key}`);
  });
});

/** Lines that begin with '#' and no single space are keys that are off; the real hub replaces the embedded one. */
function switchedOn(): string {
  return text.replace('\nhub: embedded\n', '\n').replace(/^#(?! \S)(?=.)/gm, '');
}

function collect(value: unknown, path: string, seen: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, `${path}[]`, seen);
  else if (value !== null && typeof value === 'object')
    for (const [key, child] of Object.entries(value)) {
      const at = path === 'clusters' ? 'clusters.NAME' : path === '' ? key : `${path}.${key}`;
      seen.add(at);
      collect(child, at, seen);
    }
}
