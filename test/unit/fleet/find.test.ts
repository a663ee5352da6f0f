import { describe, expect, it } from 'vitest';
import { findApp } from '../../../src/core/fleet/find-app.js';
import { labelSelector } from '../../../src/core/fleet/label-selector.js';
import { fuzzyScore, globMatch } from '../../../src/core/fleet/text-match.js';
import { appRow } from '../../support/rows.js';

describe('an application by name', () => {
  const rows = [
    appRow('payments', { cluster: 'prod-eu' }),
    appRow('payments', { namespace: 'team-b', cluster: 'prod-us' }),
    appRow('orders'),
    appRow('in-both', { cluster: 'a' }),
    appRow('in-both', { cluster: 'b' }),
  ];

  it.each([
    ['orders', undefined, 'argocd/orders'],
    ['argocd/orders', undefined, 'argocd/orders'],
    ['payments', 'team-b', 'team-b/payments'],
    ['payments@prod-us', undefined, 'team-b/payments'],
    ['argocd/payments@prod-eu', undefined, 'argocd/payments'],
  ])('%s', (text, namespace, key) => {
    expect(findApp(rows, text, namespace).key).toBe(key);
  });

  it.each([
    ['payments', 'application "payments" is ambiguous: argocd/payments, team-b/payments'],
    ['in-both', 'application "in-both" is ambiguous: argocd/in-both@a, argocd/in-both@b'],
    ['paymets', 'application "paymets" not found; did you mean "payments"?'],
    ['other/orders', 'application "other/orders" not found; there is argocd/orders'],
    ['xyzzy', 'application "xyzzy" not found; `argosy app list` shows them'],
  ])('%s is refused with what would be right', (text, message) => {
    expect(() => findApp(rows, text)).toThrow(message);
  });
});

describe('a label selector', () => {
  const labels = { team: 'pay', tier: 'web', 'example.org/x': '1' };
  it.each([
    ['', true],
    ['team=pay', true],
    ['team==pay,tier!=db', true],
    ['team=core', false],
    ['missing!=x', true],
    ['team in (core, pay)', true],
    ['team notin (core,pay)', false],
    ['missing notin (a)', true],
    ['missing in (a)', false],
    ['team', true],
    ['!team', false],
    ['!missing,example.org/x=1', true],
  ])('%s', (text, expected) => {
    expect(labelSelector(text)(labels)).toBe(expected);
  });

  it.each(['a b', 'a=(b', '=x', 'in (a)'])('%s is refused', (text) => {
    expect(() => labelSelector(text)).toThrow(`cannot use the selector "${text}"`);
  });
});

describe('letters in order', () => {
  it('prefers beginnings and neighbours', () => {
    const score = (text: string) => fuzzyScore('pay', text) ?? -1;
    expect(score('payments')).toBeGreaterThan(score('my-payments'));
    expect(score('my-payments')).toBeGreaterThan(score('xpxaxy'));
    expect(fuzzyScore('xyz', 'payments')).toBeUndefined();
  });
});

describe('a pattern', () => {
  it.each([
    ['prod-*', 'prod-eu', true],
    ['*-eu', 'prod-eu', true],
    ['prod-?', 'prod-eu', false],
    ['*', '', true],
    ['a*b*c', 'a-b-x-b-c', true],
    ['a.c', 'abc', false],
    ['prod', 'prod-eu', false],
  ])('%s on %s', (glob, text, expected) => {
    expect(globMatch(glob, text)).toBe(expected);
  });
});
