import { describe, expect, it } from 'vitest';
import { compileQuery } from '../../../src/core/fleet/query.js';
import { appRow, NOW_MS, operation } from '../../support/rows.js';

const ROWS = [
  appRow('payments', {
    cluster: 'prod-eu-1',
    health: 'Degraded',
    labels: { team: 'pay' },
    syncPolicy: 'Auto',
    project: 'pay',
    resources: 40,
  }),
  appRow('orders', { cluster: 'prod-eu-2', sync: 'OutOfSync', drift: { sinceMs: NOW_MS - 40_000, fields: [], by: 'kubectl-edit' } }),
  appRow('users', {
    cluster: 'stg-eu-1',
    health: 'Progressing',
    createdAtMs: NOW_MS - 300_000,
    running: operation(1, { phase: 'Running' }),
  }),
  appRow('my app', { labels: { team: 'core' }, syncPolicy: 'Auto-Prune', stale: 'cluster unreachable', comparedAtMs: 0 }),
];

function names(query: string): string[] {
  const compiled = compileQuery(query);
  return ROWS.filter((row) => compiled.matches(row, NOW_MS)).map(({ name }) => name);
}

describe('the query language', () => {
  it.each([
    ['', ['payments', 'orders', 'users', 'my app']],
    ['pay', ['payments']],
    ['PROD', ['payments', 'orders']],
    ['!prod', ['users', 'my app']],
    ['health:degraded', ['payments']],
    ['health:deg,prog', ['payments', 'users']],
    ['sync:!synced', ['orders']],
    ['health:!healthy,!degraded', ['users']],
    ['cluster:prod-*', ['payments', 'orders']],
    ['cluster:prod-eu', ['payments', 'orders']],
    ['cluster:=prod-eu-1', ['payments']],
    ['prod health:degraded', ['payments']],
    ['label:team', ['payments', 'my app']],
    ['label:team=pay', ['payments']],
    ['label:team=p*', ['payments']],
    ['label:!team', ['orders', 'users']],
    ['label:team!=pay', ['orders', 'users', 'my app']],
    ['age<10m', ['users']],
    ['age>=1d', ['payments', 'orders', 'my app']],
    ['seen>1s', ['payments', 'orders', 'users']],
    ['drift>30s', ['orders']],
    ['resources>10', ['payments']],
    ['auto:off', ['orders', 'users']],
    ['prune:on', ['my app']],
    ['bad:on', ['payments', 'orders', 'users', 'my app']],
    ['op:running', ['users']],
    ['by:kubectl', ['orders']],
    ['~pmt', ['payments']],
    ['~tmp', []],
    ['re:^(ord|use)', ['orders', 'users']],
    ['name:"my app"', ['my app']],
    ['"my app"', ['my app']],
  ])('%s', (query, expected) => {
    expect(compileQuery(query).problems).toEqual([]);
    expect(names(query)).toEqual(expected);
  });

  it.each(['health:', 'cluster:!', 'age<', 'label:', 're:', '~', '!'])('%s is still being typed', (query) => {
    expect(compileQuery(query).problems).toEqual([]);
  });

  it.each([
    ['helth:degraded', '"helth" is not known to the query language; did you mean "health"?'],
    ['age<soon', 'cannot use age<soon: write a time such as 90s, 10m, 2h, 7d'],
    ['resources>many', 'cannot use resources>many: write a number'],
    ['auto:maybe', 'cannot use auto:maybe: it is on or off'],
    ['re:(', 'cannot use re:(: '],
  ])('%s says what is wrong', (query, problem) => {
    expect(compileQuery(query).problems[0]).toContain(problem);
  });

  it('ignores a term that it cannot use and keeps the others', () => {
    expect(names('payments helth:x')).toEqual(['payments']);
  });

  it('takes a pattern with many stars in its stride', () => {
    const query = compileQuery(`name:${'*a'.repeat(200)}b*`);
    const startedMs = performance.now();
    query.matches(appRow('a'.repeat(250)), NOW_MS);
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});
