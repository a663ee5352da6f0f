import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../store/database.js';
import { exportHistory, exportSqlite } from '../../../store/export.js';
import { createHistory } from '../../../store/history.js';
import { createObjectStorage } from '../../../store/object-storage.js';
import { beginOf, done, folder, manifest, vault } from './support.js';

function filled(file: string) {
  const database = openDatabase(file);
  const history = createHistory(database, { vault });
  for (let n = 0; n < 450; n++) history.begin(beginOf(n % 2 ? 'x/odd' : 'x/even', [], { startedAtMs: n }));
  const commit = { id: 'c', author: 'Eve', subject: '=HYPERLINK("evil"),x', atMs: 1 };
  const id = history.begin(beginOf('x/web', [manifest('ConfigMap', 'a'), manifest('ConfigMap', 'b')], { commit, startedAtMs: 1000 }));
  history.outcome(id, [done('ConfigMap/a')]);
  return { database, history };
}

describe('history export', () => {
  it('writes JSON that parses, over more than one page', () => {
    const { history } = filled(':memory:');
    const all = JSON.parse([...exportHistory(history, 'json')].join('')) as { id: number }[];
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 451 }, (_, i) => 451 - i));
    expect(JSON.parse([...exportHistory(history, 'json', { app: 'none' })].join(''))).toEqual([]);
  });

  it('writes one line per operation as ndjson, filtered', () => {
    const { history } = filled(':memory:');
    const lines = [...exportHistory(history, 'ndjson', { app: 'x/odd', sinceMs: 440 })].join('').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).startedAtMs)).toEqual([449, 447, 445, 443, 441]);
  });

  it('writes one CSV line per object, with quotes, and with formulas made inert', () => {
    const { history } = filled(':memory:');
    const [head, first, second, end] = [...exportHistory(history, 'csv', { app: 'x/web' })].join('').split('\r\n');
    expect(head).toMatch(/^id,app,cluster,phase,/);
    expect(first).toContain(`"'=HYPERLINK(""evil""),x"`);
    expect(first).toMatch(/,ConfigMap,default,a,0,Synced,created,[0-9a-f]{64}$/);
    expect(second).toMatch(/,ConfigMap,default,b,0,Pending,,[0-9a-f]{64}$/);
    expect(end).toBe('');
  });

  it('writes a SQLite file without objects, owners and what was filtered out', () => {
    const dir = folder();
    const { database } = filled(join(dir, 'a.db'));
    createObjectStorage(database, 'hub', vault).commit([{ key: 'a', object: manifest('Secret', 's', { data: { a: 'YQ==' } }) }], 1);
    const file = join(dir, 'out.db');
    exportSqlite(database, file, { app: "x/we'b" });
    exportSqlite(database, join(dir, 'web.db'), { app: 'x/web' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(() => exportSqlite(database, file)).toThrow(/the file exists already/);
    const copy = openDatabase(join(dir, 'web.db'));
    expect(copy.all('SELECT app FROM operations')).toEqual([{ app: 'x/web' }]);
    expect(copy.get('SELECT count(*) AS n FROM manifests')).toEqual({ n: 2 });
    const tables = copy.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => name);
    for (const table of ['objects', 'owners', 'facts', 'servers']) expect(tables).not.toContain(table);
    copy.close();
    database.close();
  });
});
