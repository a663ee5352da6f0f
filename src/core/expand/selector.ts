// Label selectors over parameters and labels. Values may be anything (URLs too); keys must be valid label keys. Behaviour 2.1 ("selector").
import { isRecord } from './generator.js';

type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export interface Matcher {
  /** Absent where there is no selector: everything matches. */
  readonly test?: (labels: Labels) => boolean;
  /** Why the selector cannot be read, in the words of its library. */
  readonly error?: string;
}

/** A selector as a function. `{}` matches everything. */
export function matcherOf(selector: unknown): Matcher {
  if (!isRecord(selector)) return {};
  const tests: ((labels: Labels) => boolean)[] = [];
  for (const [key, value] of Object.entries(isRecord(selector['matchLabels']) ? selector['matchLabels'] : {})) {
    if (!KEY.test(key)) return { error: badKey(key) };
    tests.push((labels) => labels[key] === String(value));
  }
  const expressions = (selector as LabelSelector).matchExpressions;
  for (const expression of Array.isArray(expressions) ? expressions : []) {
    const read = testOf(expression);
    if (typeof read === 'string') return { error: read };
    tests.push(read);
  }
  return { test: (labels) => tests.every((test) => test(labels)) };
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

function testOf({ key, operator, values = [] }: Expression): ((labels: Labels) => boolean) | string {
  if (!['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)) return `"${operator}" is not a valid label selector operator`;
  if (!KEY.test(key)) return badKey(key);
  const lists = operator === 'In' || operator === 'NotIn';
  if (lists && values.length === 0) return "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty";
  if (!lists && values.length > 0) return 'values: Invalid value: values set must be empty for exists and does not exist';
  const listed = new Set(values);
  switch (operator) {
    case 'In':
      return (labels) => labels[key] !== undefined && listed.has(labels[key]);
    case 'NotIn':
      return (labels) => labels[key] === undefined || !listed.has(labels[key]);
    case 'Exists':
      return (labels) => labels[key] !== undefined;
    default:
      return (labels) => labels[key] === undefined;
  }
}

function badKey(key: string): string {
  return `key: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
}

export function isEmptySelector(selector: unknown): boolean {
  if (!isRecord(selector)) return true;
  const labels = selector['matchLabels'];
  const expressions = selector['matchExpressions'];
  return (!isRecord(labels) || Object.keys(labels).length === 0) && (!Array.isArray(expressions) || expressions.length === 0);
}

/** Whether the labels match a selector that may be absent; one that cannot be read says why. */
export function matches(selector: LabelSelector, labels: Labels): { readonly matched: boolean; readonly error?: string } {
  const { test, error } = matcherOf(selector);
  return error === undefined ? { matched: test?.(labels) ?? true } : { matched: false, error };
}
