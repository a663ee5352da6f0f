// The names that a query may ask for, and what each reads from a row.
import type { AppRow } from '../../domain/fleet.js';

type Entries<T> = readonly (readonly [names: string, value: T])[];

function table<T>(entries: Entries<T>): ReadonlyMap<string, T> {
  return new Map(entries.flatMap(([names, value]) => names.split(' ').map((name) => [name, value] as const)));
}

/** Compared as text: part, =exact, pattern. */
export const TEXTS = table<(row: AppRow) => string>([
  ['name app', (row) => row.name],
  ['cluster', (row) => row.cluster],
  ['server', (row) => row.server],
  ['project proj', (row) => row.project],
  ['namespace ns', (row) => row.destinationNamespace],
  ['app-namespace', (row) => row.namespace],
  ['repo', (row) => row.repo],
  ['path', (row) => row.path],
  ['target', (row) => row.targetRevision],
  ['revision rev', (row) => row.revision],
  ['why', (row) => row.why],
  ['by', (row) => row.drift?.by ?? row.last?.actor ?? ''],
]);

/** Compared by the beginning of the word: health:deg. */
export const STATES = table<(row: AppRow) => readonly string[]>([
  ['health', (row) => [row.health]],
  ['sync status', (row) => [row.sync]],
  ['op operation', (row) => (row.running ? [row.running.phase] : row.last ? [row.last.phase] : ['None'])],
  ['condition cond', (row) => row.conditions.map(({ type }) => type)],
  ['policy', (row) => [row.syncPolicy]],
]);

/** on or off. */
export const FLAGS = table<(row: AppRow) => boolean>([
  ['auto', (row) => row.syncPolicy !== 'Manual'],
  ['prune', (row) => row.syncPolicy === 'Auto-Prune'],
  ['heal', (row) => row.selfHeal],
  ['pinned', (row) => row.pinned !== undefined],
  ['gone', (row) => row.gone === true],
  ['stale', (row) => row.stale !== undefined],
  ['approval', (row) => row.approval !== undefined],
  ['drifted', (row) => row.drift !== undefined],
  ['running', (row) => row.running !== undefined],
  ['bad', (row) => row.sync !== 'Synced' || !['Healthy', 'Suspended'].includes(row.health) || row.stale !== undefined],
]);

export interface NumberField {
  readonly unit: 'time' | 'count';
  /** undefined where the row has no such value: no comparison holds. */
  of(row: AppRow, nowMs: number): number | undefined;
}

export const NUMBERS = table<NumberField>([
  ['age', { unit: 'time', of: (row, nowMs) => nowMs - row.createdAtMs }],
  ['seen', { unit: 'time', of: (row, nowMs) => (row.comparedAtMs > 0 ? nowMs - row.comparedAtMs : undefined) }],
  ['drift', { unit: 'time', of: (row, nowMs) => (row.drift ? nowMs - row.drift.sinceMs : undefined) }],
  ['synced', { unit: 'time', of: (row, nowMs) => (row.last?.finishedAtMs === undefined ? undefined : nowMs - row.last.finishedAtMs) }],
  ['changes', { unit: 'count', of: ({ changes }) => changes.create + changes.update + changes.prune }],
  ['resources', { unit: 'count', of: (row) => row.resources }],
]);

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of '90s', '10m', '1h30m', '7d', '2w'; undefined for anything else. */
export function age(text: string): number | undefined {
  if (!/^(\d+[smhdw])+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhdw])/g)) ms += Number(count) * (UNITS[unit as string] as number);
  return ms;
}
