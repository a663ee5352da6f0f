// Cells that several kinds share: ages as kubectl shortens them, images, selectors, ports.
import type { Manifest } from '../../../domain/resource.js';

export type Fields = Record<string, unknown>;

/** Columns of one kind and how an object fills them. */
export interface TableForm {
  /** Titles; a leading '+' marks a column that only -o wide shows. */
  readonly columns: readonly string[];
  cells(object: Manifest, nowMs: number): readonly unknown[];
}

const NONE = '<none>';
const SECOND = 1000;

/** Time since the object was made: '5s', '3m12s', '2d'. */
export function age(object: Manifest, nowMs: number): string {
  return since(object.metadata.creationTimestamp, nowMs);
}

export function since(time: unknown, nowMs: number): string {
  const thenMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(thenMs) ? '<unknown>' : duration(nowMs - thenMs);
}

/** A duration with at most two units, fewer the longer it is. */
export function duration(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND);
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  return two(Math.floor(days / 365), 'y', days % 365, 'd');
}

function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}

export function fields(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}

export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) current = fields(current)[name];
  return current;
}

export function numberAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : 0;
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return found === undefined || found === null || found === '' ? NONE : String(found);
}

export function containerNames(template: unknown): string {
  return listOf(at(template, 'spec', 'containers'))
    .map((c) => c.name)
    .join(',');
}

export function containerImages(template: unknown): string {
  return listOf(at(template, 'spec', 'containers'))
    .map((c) => c.image)
    .join(',');
}

/** A label selector (or a plain map of labels) in kubectl's form: 'app=web,tier in (a,b)'. */
export function selectorText(selector: unknown): string {
  const { matchLabels, matchExpressions, ...plain } = fields(selector);
  const labels = matchLabels === undefined && matchExpressions === undefined ? plain : fields(matchLabels);
  const parts = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values } of listOf(matchExpressions)) {
    const list = Array.isArray(values) ? `(${values.join(',')})` : '';
    if (operator === 'In') parts.push(`${key} in ${list}`);
    else if (operator === 'NotIn') parts.push(`${key} notin ${list}`);
    else parts.push(operator === 'DoesNotExist' ? `!${key}` : String(key));
  }
  return parts.length === 0 ? NONE : parts.join(',');
}
