// Schedules of sync windows: exactly five fields, as Argo CD's parser (robfig/cron, standard) takes them. croner takes more
// (seconds, '@daily', 'L', Sunday as 7), so a schedule is checked and put into plain numbers first.
import { Cron } from 'croner';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: ['', ...MONTHS] },
  { name: 'day of week', min: 0, max: 6, names: DAYS },
];

export type Schedule =
  /** The first occurrence after a time (strictly), or undefined where there is none; both in ms, in UTC. */
  { readonly nextAfter: (timeMs: number) => number | undefined; readonly error?: undefined } | { readonly error: string };

const MAX_CACHED = 500;
const cache = new Map<string, Schedule>();

/** Reads a schedule; every field is taken in UTC. */
export function parseSchedule(text: string): Schedule {
  const known = cache.get(text);
  if (known) return known;
  const made = compile(text);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(text, made);
  return made;
}

function compile(text: string): Schedule {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length)
    return { error: `expected exactly 5 fields, found ${text.trim() === '' ? 0 : parts.length}: [${text}]` };
  const plain: string[] = [];
  for (const [i, field] of FIELDS.entries()) {
    const read = readField(parts[i] as string, field);
    if (read.error !== undefined) return { error: read.error };
    plain.push(read.text);
  }
  try {
    const cron = new Cron(plain.join(' '), { timezone: 'UTC', paused: true });
    return { nextAfter: (timeMs) => cron.nextRun(new Date(timeMs))?.getTime() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

type ReadField = { readonly text: string; readonly error?: undefined } | { readonly error: string };

function readField(text: string, field: Field): ReadField {
  const items: string[] = [];
  for (const item of text.split(',')) {
    const match = /^(?:(\*|\?)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    if (!match) return { error: `failed to parse the ${field.name} "${item}"` };
    const step = match[4] === undefined ? undefined : Number(match[4]);
    if (step === 0) return { error: `step of range should be a positive number: ${item}` };
    if (match[1] !== undefined) {
      items.push(step === undefined || step === 1 ? '*' : `${field.min}-${field.max}/${step}`);
      continue;
    }
    const from = numberOf(match[2] as string, field);
    // 'a/step' means from a to the end of the field.
    const to = match[3] === undefined ? (step === undefined ? from : field.max) : numberOf(match[3], field);
    if (from === undefined || to === undefined) return { error: `failed to parse the ${field.name} "${item}"` };
    if (from < field.min) return { error: `beginning of range (${from}) below minimum (${field.min}): ${item}` };
    if (to > field.max) return { error: `end of range (${to}) above maximum (${field.max}): ${item}` };
    if (from > to) return { error: `beginning of range (${from}) beyond end of range (${to}): ${item}` };
    items.push(from === to ? String(from) : `${from}-${to}${step === undefined || step === 1 ? '' : `/${step}`}`);
  }
  return { text: items.includes('*') ? '*' : items.join(',') };
}

function numberOf(text: string, field: Field): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const index = field.names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 || text === '' ? undefined : index;
}
