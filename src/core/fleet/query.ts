// The fleet query language of the filter line, of saved views and of `app list -q`:
//   payments health:degraded sync:!synced cluster:prod-* label:team=pay age<10m auto:off ~pmts re:^api-
// Terms are joined by "and", values separated by commas by "or"; '!' before a term or a value turns it round.
import type { AppRow } from '../../domain/fleet.js';
import { nearest } from '../nearest.js';
import { age, FLAGS, NUMBERS, STATES, TEXTS } from './query-fields.js';
import { fuzzyMatch, globMatch } from './text-match.js';

export interface FleetQuery {
  /** No terms: everything matches. */
  readonly empty: boolean;
  /** One sentence for each term that could not be used; such a term is left out. */
  readonly problems: readonly string[];
  matches(row: AppRow, nowMs: number): boolean;
}

type Test = (row: AppRow, nowMs: number) => boolean;

const MAX_LENGTH = 500;

/** Never throws: a half-typed query is a query. */
export function compileQuery(text: string): FleetQuery {
  const problems: string[] = [];
  const tests: Test[] = [];
  if (text.length > MAX_LENGTH) problems.push(`only the first ${MAX_LENGTH} characters of the query are used`);
  for (const word of words(text.slice(0, MAX_LENGTH))) {
    const test = term(word, problems);
    if (test) tests.push(test);
  }
  return { empty: tests.length === 0, problems, matches: (row, nowMs) => tests.every((test) => test(row, nowMs)) };
}

/** Words, where double quotes keep spaces together: name:"my app". */
function words(text: string): string[] {
  return (text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).map((word) => word.replaceAll('"', '')).filter((word) => word !== '');
}

function term(word: string, problems: string[]): Test | undefined {
  if (word.startsWith('!') && word.length > 1) {
    const test = term(word.slice(1), problems);
    return test && ((row, nowMs) => !test(row, nowMs));
  }
  if (word.startsWith('~') && word.length > 1) return (row) => fuzzyMatch(word.slice(1), row.name);
  if (word.startsWith('re:')) return regular(word.slice(3), problems);
  const compared = /^([a-z-]+)(<=|>=|<|>)(.*)$/i.exec(word);
  if (compared) return comparison(compared[1] as string, compared[2] as string, compared[3] as string, problems);
  const colon = word.indexOf(':');
  if (colon > 0) return field(word.slice(0, colon).toLowerCase(), word.slice(colon + 1), problems);
  const needle = word.toLowerCase();
  return (row) => haystack(row).includes(needle);
}

function regular(source: string, problems: string[]): Test | undefined {
  if (source === '') return undefined;
  try {
    const pattern = new RegExp(source, 'i');
    return (row) => pattern.test(row.name) || pattern.test(haystack(row));
  } catch (error) {
    problems.push(`cannot use re:${source}: ${(error as Error).message}`);
    return undefined;
  }
}

function field(name: string, values: string, problems: string[]): Test | undefined {
  if (values === '' || values === '!') return undefined; // still being typed
  if (name === 'label') return anyOf(values, labelTest);
  const text = TEXTS.get(name);
  if (text) return anyOf(values, (value) => textTest(text, value));
  const state = STATES.get(name);
  if (state) return anyOf(values, (value) => (row) => state(row).some((word) => word.toLowerCase().startsWith(value.toLowerCase())));
  const flag = FLAGS.get(name);
  if (flag) return anyOf(values, (value) => flagTest(flag, `${name}:${value}`, value, problems));
  problems.push(unknown(name));
  return undefined;
}

function anyOf(values: string, make: (value: string) => Test): Test | undefined {
  const tests = values
    .split(',')
    .filter((value) => value !== '' && value !== '!')
    .map((value) => {
      const test = make(value.replace(/^!/, ''));
      return value.startsWith('!') ? (((row, nowMs) => !test(row, nowMs)) as Test) : test;
    });
  if (tests.length === 0) return undefined;
  const negated = values.split(',').every((value) => value.startsWith('!'));
  // 'health:!healthy,!suspended' is meant as neither of them.
  return negated ? (row, nowMs) => tests.every((test) => test(row, nowMs)) : (row, nowMs) => tests.some((test) => test(row, nowMs));
}

/** '=x' is exactly x, a pattern has * or ?, all else is a part of the text. */
function textTest(read: (row: AppRow) => string, value: string): Test {
  const wanted = value.toLowerCase();
  if (wanted.startsWith('=')) return (row) => read(row).toLowerCase() === wanted.slice(1);
  if (/[*?]/.test(wanted)) return (row) => globMatch(wanted, read(row).toLowerCase());
  return (row) => read(row).toLowerCase().includes(wanted);
}

/** 'team' is there; 'team=pay' and 'team!=pay' compare, with patterns. */
function labelTest(value: string): Test {
  const [, key = value, operator = '', wanted = ''] = /^([^=!]+)(!?=)(.*)$/.exec(value) ?? [];
  if (operator === '') return (row) => key in row.labels;
  const equal: Test = (row) => row.labels[key] !== undefined && globMatch(wanted, row.labels[key]);
  return operator === '=' ? equal : (row, nowMs) => !equal(row, nowMs);
}

function flagTest(flag: (row: AppRow) => boolean, word: string, value: string, problems: string[]): Test {
  const wanted = /^(on|yes|true|y)$/i.test(value);
  if (!wanted && !/^(off|no|false|n)$/i.test(value)) problems.push(`cannot use ${word}: it is on or off`);
  return (row) => flag(row) === wanted;
}

function comparison(name: string, operator: string, text: string, problems: string[]): Test | undefined {
  const read = NUMBERS.get(name.toLowerCase());
  if (!read) {
    problems.push(unknown(name));
    return undefined;
  }
  if (text === '') return undefined;
  const limit = read.unit === 'time' ? age(text) : /^\d+$/.test(text) ? Number(text) : undefined;
  if (limit === undefined) {
    problems.push(
      `cannot use ${name}${operator}${text}: ${read.unit === 'time' ? 'write a time such as 90s, 10m, 2h, 7d' : 'write a number'}`,
    );
    return undefined;
  }
  return (row, nowMs) => {
    const value = read.of(row, nowMs);
    if (value === undefined) return false;
    if (operator.startsWith('<')) return operator === '<=' ? value <= limit : value < limit;
    return operator === '>=' ? value >= limit : value > limit;
  };
}

function unknown(name: string): string {
  const known = [...TEXTS.keys(), ...STATES.keys(), ...FLAGS.keys(), ...NUMBERS.keys(), 'label'];
  const meant = nearest(name, known);
  return `"${name}" is not known to the query language${meant ? `; did you mean "${meant}"?` : ''}`;
}

const haystacks = new WeakMap<AppRow, string>();

/** What a bare word is looked for in; kept as long as the row lives. */
function haystack(row: AppRow): string {
  let text = haystacks.get(row);
  if (text === undefined) {
    text = [row.name, row.cluster, row.project, row.destinationNamespace].join('\n').toLowerCase();
    haystacks.set(row, text);
  }
  return text;
}
