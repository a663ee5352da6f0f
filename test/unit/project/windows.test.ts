import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../src/core/project/cron.js';
import { canSync, stateOf, windowsOf, zoneOffsetMs } from '../../../src/core/project/windows.js';
import type { Application } from '../../../src/domain/application.js';
import type { SyncWindow } from '../../../src/domain/project.js';

const at = (text: string) => Date.parse(text);
const app = {
  metadata: { name: 'web', namespace: 'argocd' },
  spec: { destination: { name: 'prod-eu', namespace: 'shop' } },
} as Application;
const window = (more: SyncWindow): SyncWindow => ({ kind: 'allow', schedule: '0 22 * * *', duration: '1h', applications: ['*'], ...more });

describe('a window is open strictly between its ends', () => {
  it.each([
    ['2026-03-01T21:59:59.999Z', false],
    ['2026-03-01T22:00:00.000Z', false],
    ['2026-03-01T22:00:00.001Z', true],
    ['2026-03-01T22:59:59.999Z', true],
    ['2026-03-01T23:00:00.000Z', false],
  ])('%s: %s', (time, active) => {
    expect(stateOf(window({}), at(time as string))).toEqual({ active });
  });

  it('on the clock of its zone, moved by the offset of this moment', () => {
    const berlin = window({ timeZone: 'Europe/Berlin' });
    expect(stateOf(berlin, at('2026-01-15T21:30:00Z')).active).toBe(true);
    expect(stateOf(berlin, at('2026-07-15T20:30:00Z')).active).toBe(true);
    expect(stateOf(berlin, at('2026-07-15T21:30:00Z')).active).toBe(false);
    expect(stateOf(window({ timeZone: 'No/Where' }), at('2026-07-15T22:30:00Z')).active).toBe(true);
    expect(zoneOffsetMs('Asia/Kolkata', at('2026-07-15T22:30:00.123Z'))).toBe(5.5 * 3_600_000);
  });

  it('always when it is longer than its period, but for the ticks themselves', () => {
    const always = window({ schedule: '* * * * *', duration: '1m' });
    expect(stateOf(always, at('2026-07-15T22:30:30Z')).active).toBe(true);
    expect(stateOf(always, at('2026-07-15T22:30:00Z')).active).toBe(false);
  });
});

describe('parseSchedule() takes what Argo CD takes', () => {
  it.each(['* * * * *', '*/5 8-18 * * MON-fri', '0 0 1,15 JAN ?', '5/15 * * * *'])('%s', (text) => {
    expect(parseSchedule(text).error).toBeUndefined();
  });
  it.each([
    '@daily',
    '* * * *',
    '0 * * * * *',
    '* * * * 7',
    '60 * * * *',
    '* * 0 * *',
    '* * L * *',
    '5-1 * * * *',
    '*/0 * * * *',
    'x * * * *',
  ])('refuses %s', (text) => {
    expect(parseSchedule(text).error).toEqual(expect.any(String));
  });
  it('joins day of month and day of week by or', () => {
    const schedule = parseSchedule('0 0 13 * FRI');
    expect(schedule.error ?? schedule.nextAfter(at('2026-03-01T00:00:00Z'))).toBe(at('2026-03-06T00:00:00Z'));
  });
  it('knows days that never come', () => {
    const schedule = parseSchedule('0 0 31 4 *');
    expect(schedule.error === undefined && schedule.nextAfter(0)).toBe(undefined);
  });
});

describe('which windows concern an application', () => {
  it.each([
    [{ applications: ['w*'] }, true],
    [{ applications: ['api'] }, false],
    [{ clusters: ['prod-*'] }, true],
    [{ namespaces: ['shop'] }, true],
    [{ clusters: ['https://prod'] }, false],
    [{ applications: ['api'], namespaces: ['shop'] }, true],
    [{ applications: ['api'], namespaces: ['shop'], andOperator: true }, false],
    [{ applications: ['web'], clusters: ['prod-eu'], andOperator: true }, true],
    [{}, false],
    [{ andOperator: true }, false],
  ])('%j: %s', (selectors, concerned) => {
    expect(windowsOf([{ kind: 'deny', ...(selectors as SyncWindow) }], app)).toHaveLength(concerned ? 1 : 0);
  });
});

describe('canSync()', () => {
  const inside = at('2026-03-01T22:30:00Z');
  const outside = at('2026-03-01T12:00:00Z');
  const ask = (windows: SyncWindow[], nowMs: number, more: { manual?: boolean; startedAtMs?: number } = {}) =>
    canSync({ windows, app, manual: false, nowMs, ...more }).allowed;

  it('is free without windows that concern it', () => {
    expect(ask([], inside)).toBe(true);
    expect(ask([window({ kind: 'deny', applications: ['other'] })], inside)).toBe(true);
  });

  it('is closed by an open deny, also beside an open allow', () => {
    expect(ask([window({ kind: 'deny' })], inside)).toBe(false);
    expect(ask([window({ kind: 'deny' }), window({})], inside)).toBe(false);
    expect(ask([window({ kind: 'deny' })], outside)).toBe(true);
  });

  it('is bound to its allow windows', () => {
    expect(ask([window({})], inside)).toBe(true);
    expect(ask([window({})], outside)).toBe(false);
  });

  it('lets a person through where all windows in the way say so', () => {
    const deny = window({ kind: 'deny', manualSync: true });
    expect(ask([deny], inside, { manual: true })).toBe(true);
    expect(ask([deny], inside)).toBe(false);
    expect(ask([deny, window({ kind: 'deny' })], inside, { manual: true })).toBe(false);
    expect(ask([window({ manualSync: true })], outside, { manual: true })).toBe(true);
    expect(ask([window({ manualSync: true }), window({ schedule: '0 23 * * *' })], outside, { manual: true })).toBe(false);
  });

  it('lets finish what was begun in time where the windows permit overrun', () => {
    const deny = window({ kind: 'deny', syncOverrun: true });
    expect(ask([deny], inside, { startedAtMs: at('2026-03-01T21:59:00Z') })).toBe(true);
    expect(ask([deny], inside, { startedAtMs: at('2026-03-01T22:10:00Z') })).toBe(false);
    expect(ask([window({ kind: 'deny' })], inside, { startedAtMs: at('2026-03-01T21:59:00Z') })).toBe(false);
    expect(ask([window({ syncOverrun: true })], at('2026-03-01T23:10:00Z'), { startedAtMs: inside })).toBe(true);
  });

  it('forbids when a window cannot be read, and says which', () => {
    expect(canSync({ windows: [window({ schedule: 'daily' })], app, manual: true, nowMs: inside })).toMatchObject({
      allowed: false,
      error: "cannot parse schedule 'daily': expected exactly 5 fields, found 1: [daily]",
    });
  });
});
