// Label selectors over parameters and labels. Values may be anything (URLs too); keys must be valid label keys. Behaviour 2.1 ("selector").
import { isRecord } from './generator.js';

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

const KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Whether the labels match; a selector that cannot be read says why. `{}` matches everything. */
export function matches(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
): { readonly matched: boolean; readonly error?: string } {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (!KEY.test(key)) return { matched: false, error: `selector key ${JSON.stringify(key)} is not a label key` };
    if (labels[key] !== value) return { matched: false };
  }
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    if (!KEY.test(key)) return { matched: false, error: `selector key ${JSON.stringify(key)} is not a label key` };
    const value = labels[key];
    const held = holds(operator, value, values);
    if (held === undefined)
      return {
        matched: false,
        error: `${JSON.stringify(operator)} is not a valid label selector operator; there are In, NotIn, Exists and DoesNotExist`,
      };
    if (!held) return { matched: false };
  }
  return { matched: true };
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean | undefined {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return undefined;
  }
}

export function isEmptySelector(selector: unknown): boolean {
  if (!isRecord(selector)) return true;
  const labels = selector['matchLabels'];
  const expressions = selector['matchExpressions'];
  return (!isRecord(labels) || Object.keys(labels).length === 0) && (!Array.isArray(expressions) || expressions.length === 0);
}
