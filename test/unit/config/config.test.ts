import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigText } from '../../../src/config/file.js';
import { type GlobalFlags, loadConfig } from '../../../src/config.js';

let dir: string;
const env = () => ({ HOME: dir, XDG_STATE_HOME: join(dir, 'state'), XDG_CONFIG_HOME: join(dir, 'etc') });
const load = (flags: GlobalFlags = {}, more: Record<string, string> = {}) => loadConfig(flags, { env: { ...env(), ...more }, cwd: dir });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-config-'));
  mkdirSync(join(dir, 'apps'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function write(text: string, path = 'argosy.yaml'): void {
  mkdirSync(join(dir, path, '..'), { recursive: true });
  writeFileSync(join(dir, path), text);
}

describe('where the configuration comes from', () => {
  it('works without a file', () => {
    expect(load()).toMatchObject({
      file: undefined,
      fleet: undefined,
      fleetName: 'default',
      mode: 'act',
      data: join(dir, 'state/argosy/default'),
    });
  });

  it('prefers the file that is here to the one in the configuration folder', () => {
    write('inCluster: there', 'etc/argosy/argosy.yaml');
    expect(load().inCluster).toBe('there');
    write('inCluster: here');
    expect(load().inCluster).toBe('here');
  });

  it('says what to do where a named file is missing', () => {
    expect(() => load({ config: 'other.yaml' })).toThrow(`cannot read the configuration ${join(dir, 'other.yaml')}: there is no such file`);
  });

  it('lets the environment win over the file, and flags over both', () => {
    write('data: from-file\nfleet: apps');
    expect(load().data).toBe(join(dir, 'from-file'));
    expect(load({}, { ARGOSY_DATA: 'from-env' }).data).toBe(join(dir, 'from-env'));
    expect(load({ data: 'from-flag' }, { ARGOSY_DATA: 'from-env' }).data).toBe(join(dir, 'from-flag'));
  });

  it('takes relative paths of the file from where the file is', () => {
    write('fleet: ../apps\nrepositories: {https://git.example.org/a: ../apps}', 'etc/argosy.yaml');
    const config = load({ config: 'etc/argosy.yaml' });
    expect(config.fleet?.repoURL).toBe(join(dir, 'apps'));
    expect(config.repositories.get('https://git.example.org/a')).toBe(join(dir, 'apps'));
  });

  it('keeps `mode: observe` of the file as a ceiling', () => {
    write('mode: observe');
    expect(load({ mode: 'act' }, { ARGOSY_MODE: 'act' }).mode).toBe('observe');
    expect(() => load({}, { ARGOSY_MODE: 'look' })).not.toThrow();
    write('mode: act');
    expect(() => load({}, { ARGOSY_MODE: 'look' })).toThrow('cannot use ARGOSY_MODE=look');
  });
});

describe('the fleet source', () => {
  it.each([
    ['https://git.example.org/org/gitops.git', 'https://git.example.org/org/gitops.git', undefined, '.', 'gitops'],
    ['git@git.example.org:org/gitops.git', 'git@git.example.org:org/gitops.git', undefined, '.', 'gitops'],
    ['https://git.example.org/org/gitops#v1.2:clusters/eu', 'https://git.example.org/org/gitops', 'v1.2', 'clusters/eu', 'gitops-eu'],
    ['ssh://git@git.example.org/gitops#:eu', 'ssh://git@git.example.org/gitops', undefined, 'eu', 'gitops-eu'],
  ])('%s', (text, repoURL, targetRevision, path, name) => {
    const config = load({ fleet: text });
    expect(config.fleet).toEqual({ repoURL, targetRevision, path, local: false });
    expect(config.fleetName).toBe(name);
  });

  it('is a directory of this machine', () => {
    expect(load({ fleet: './apps' }).fleet).toEqual({ repoURL: join(dir, 'apps'), targetRevision: undefined, path: '.', local: true });
    expect(() => load({ fleet: './app' })).toThrow(`cannot use the fleet source ./app: there is no directory ${join(dir, 'app')}`);
  });
});

describe('sandboxes by flag', () => {
  it('leave every real cluster of the file out and keep their labels', () => {
    write(
      'contexts: ["prod-*"]\nhub: {context: mgmt}\ninCluster: prod-eu\nclusters: {prod-eu: {context: x, server: https://x, labels: {region: eu}}}',
    );
    const config = load({ sandbox: ['prod-eu', 'two'], fleet: 'apps' });
    expect(config.contexts).toEqual([]);
    expect(config.hub).toEqual({ kind: 'embedded', namespace: 'argocd' });
    expect(config.clusters.get('prod-eu')).toMatchObject({ sandbox: true, labels: { region: 'eu' } });
    expect([...config.clusters.keys()]).toEqual(['prod-eu', 'two']);
    expect(config).toMatchObject({ inCluster: 'prod-eu', fleetName: 'apps-sandbox' });
  });

  it('make in-cluster the cluster that in-cluster means', () => {
    expect(load({ sandbox: ['in-cluster', 'prod'] }).inCluster).toBe('in-cluster');
    expect(load({ sandbox: ['prod'] }).inCluster).toBeUndefined();
  });

  it('answer to the URL that Applications use, and reach no context', () => {
    write('clusters: {prod: {context: real, server: https://real}}');
    expect(load({ sandbox: ['prod'] }).clusters.get('prod')).toEqual({
      server: 'https://real',
      labels: {},
      annotations: {},
      sandbox: true,
      protected: false,
    });
  });
});

describe('what cannot be read', () => {
  it.each([
    ['contxts: []', 'cannot read f.yaml:1:1: unknown key "contxts"; did you mean "contexts"?'],
    ['fleet: a\n\nhub:\n  contxt: a', 'cannot read f.yaml:4:3: hub: unknown key "contxt"; did you mean "context"?'],
    ['zzz: 1', 'cannot read f.yaml:1:1: unknown key "zzz"; known are fleet, contexts'],
    ['mode: obseve', 'cannot read f.yaml:1:7: mode: "obseve" is not known; did you mean "observe"?'],
    ['hub: real', 'cannot read f.yaml:1:6: hub: "real" is not known; it is embedded'],
    ['hub: {context: a, force: b}', 'cannot read f.yaml:1:26: hub.force: it must repeat the context, "a"'],
    ['contexts: prod', 'cannot read f.yaml:1:11: contexts: a list is expected, not "prod"'],
    ['contexts: [{labels: {}}]', 'cannot read f.yaml:1:12: contexts[0]: the key "glob" is missing'],
    ['timings: {stale: 5}', 'cannot read f.yaml:1:18: timings.stale: a time such as 90s, 5m or 1h30m is expected, not 5'],
    ['sandbox: {port: 70000}', 'sandbox.port: a whole number from 0 to 65535 is expected, not 70000'],
    ['clusters: {a: {sandbox: "yes"}}', 'clusters.a.sandbox: true or false is expected, not "yes"'],
    ['data: [a', 'cannot read f.yaml:1:9: '],
    ['mode: act\nmode: act', 'cannot read f.yaml:2:1: '],
    ['- a', 'cannot read f.yaml:1:1: keys and values are expected, not a list'],
  ])('%j is named with its place', (text, message) => {
    expect(() => readConfigText(text, 'f.yaml')).toThrow(message);
  });

  it('takes labels that look like numbers as they are written', () => {
    expect(readConfigText('clusters: {a: {labels: {v: 1.10, on: true}}}', 'f').clusters.get('a')?.labels).toEqual({
      v: '1.10',
      on: 'true',
    });
  });

  it.each(['https://a', 'a=', '=b'])('--repo %s', (text) => {
    expect(() => load({ repo: [text] })).toThrow(`cannot use --repo ${text}: write it as URL=PATH`);
  });
});
