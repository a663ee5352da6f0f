// Kubernetes label selectors as text: 'a=b,c!=d,e in (f,g),h notin (i),j,!k'.
import { UserError } from '../../domain/problem.js';

export type Labels = Readonly<Record<string, string>>;

/** Throws UserError for a text that is no selector. An empty text selects everything. */
export function labelSelector(text: string): (labels: Labels) => boolean {
  const tests = parts(text).map(requirement);
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at commas that stand outside parentheses. */
function parts(text: string): string[] {
  return (text.match(/(?:[^,(]|\([^)]*\)?)+/g) ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

function requirement(part: string): (labels: Labels) => boolean {
  const set = /^([\w./-]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    const has = (labels: Labels) => labels[key] !== undefined && values.includes(labels[key]);
    return operator === 'in' ? has : (labels) => !has(labels);
  }
  const compared = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part);
  if (compared) {
    const [, key = '', operator, value] = compared;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(part);
  if (!exists) throw new UserError(`cannot use the selector "${part}": write a=b, a!=b, a in (b,c), a notin (b), a or !a`);
  const [, not, key = ''] = exists;
  return not ? (labels) => !(key in labels) : (labels) => key in labels;
}
