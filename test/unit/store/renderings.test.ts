import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Driver from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRenderStore } from '../../../store/renderings.js';

let dir: string;
let nowMs = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'argosy-renderings-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = () => join(dir, 'renderings.sqlite');
const open = (generation = 'g1', maxBytes?: number) =>
  openRenderStore(file(), { generation, now: () => nowMs, ...(maxBytes === undefined ? {} : { maxBytes }) });
const rendered = (name: string, kind = 'ConfigMap', data = {}) => ({
  manifests: [{ apiVersion: 'v1', kind, metadata: { name }, data }],
  problems: [],
  sourceType: 'Helm',
});

describe('the store of renderings', () => {
  it('gives what was kept, also to the next process', () => {
    const one = open();
    one.keep('a', rendered('a'));
    one.close();
    const two = open();
    expect(two.read('a')).toEqual(rendered('a'));
    expect(two.read('b')).toBeUndefined();
    two.close();
  });

  it('gives nothing that another build kept', () => {
    const one = open();
    one.keep('a', rendered('a'));
    one.close();
    const two = open('g2');
    expect(two.read('a')).toBeUndefined();
    two.close();
  });

  it('never keeps what holds a Secret, nor what has problems', () => {
    const one = open();
    one.keep('secret', rendered('s', 'Secret', { password: 'canary' }));
    one.keep('list', {
      ...rendered('l', 'List'),
      manifests: [{ apiVersion: 'v1', kind: 'List', metadata: { name: '' }, items: [rendered('x', 'Secret').manifests[0]] }],
    });
    one.keep('problem', { ...rendered('p'), problems: [{ type: 'ComparisonError', message: 'm' }] });
    expect(['secret', 'list', 'problem'].map((key) => one.read(key))).toEqual([undefined, undefined, undefined]);
    one.close();
  });

  it('believes nothing that was changed behind its back', () => {
    const one = open();
    one.keep('a', rendered('a'));
    one.close();
    const raw = new Driver(file());
    raw.prepare("UPDATE rendering SET body = x'00'").run();
    raw.close();
    const two = open();
    expect(two.read('a')).toBeUndefined();
    two.keep('a', rendered('a'));
    expect(two.read('a')).toEqual(rendered('a'));
    two.close();
  });

  it('stays within its limit: what was not used longest goes', () => {
    const store = open('g1', 4_000);
    const noise = () => Array.from({ length: 60 }, () => Math.random().toString(36)).join('');
    for (const [i, key] of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].entries()) {
      nowMs = i * 7_200_000;
      store.keep(key, rendered(key, 'ConfigMap', { noise: noise() }));
      if (store.read('a') === undefined) break;
    }
    expect(store.read('a')).toBeDefined();
    expect(store.read('b')).toBeUndefined();
    store.close();
  });
});
