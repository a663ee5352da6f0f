// The small JSONPath of printer columns and scale subresources: '.a.b[0].c', "['x']", [*], ['a\.b'] and [?(@.type=="Ready")].

type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'index'; readonly at: number }
  | { readonly kind: 'all' }
  | Filter;
interface Filter {
  readonly kind: 'filter';
  readonly path: readonly Step[];
  readonly equals: boolean;
  readonly value: unknown;
}

const MAX_CACHED = 2000;
const cache = new Map<string, readonly Step[]>();

/** All values at a path, in order; [] where nothing is there or the path cannot be read. */
export function jsonPathValues(path: string, value: unknown): readonly unknown[] {
  let steps = cache.get(path);
  if (!steps) {
    steps = parse(path);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(path, steps);
  }
  return walk(steps, value);
}

function walk(steps: readonly Step[], value: unknown): readonly unknown[] {
  let current: readonly unknown[] = [value];
  for (const step of steps) current = current.flatMap((each) => next(step, each));
  return current;
}

function next(step: Step, value: unknown): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [];
  switch (step.kind) {
    case 'field': {
      const record = value as Record<string, unknown>;
      return !Array.isArray(value) && Object.hasOwn(record, step.name) ? [record[step.name]] : [];
    }
    case 'index': {
      if (!Array.isArray(value)) return [];
      const item = value.at(step.at);
      return item === undefined ? [] : [item];
    }
    case 'all':
      return Array.isArray(value) ? value : Object.values(value);
    case 'filter':
      if (!Array.isArray(value)) return [];
      return value.filter((item) => walk(step.path, item).some((found) => found === step.value) === step.equals);
    default:
      return step satisfies never;
  }
}

const TOKENS: readonly { readonly pattern: RegExp; readonly step: (found: string) => Step }[] = [
  { pattern: /\.\*|\[\*\]/y, step: () => ({ kind: 'all' }) },
  { pattern: /\.((?:[^.[\]\\]|\\.)+)/y, step: (name) => ({ kind: 'field', name: name.replace(/\\(.)/g, '$1') }) },
  { pattern: /\[\?\((.*?)\)\]/y, step: filterOf },
  { pattern: /\[['"](.*?)['"]\]/y, step: (name) => ({ kind: 'field', name }) },
  { pattern: /\[(-?\d+)\]/y, step: (index) => ({ kind: 'index', at: Number(index) }) },
];

/** Steps of a path; one that leads nowhere where the path cannot be read. */
function parse(path: string): readonly Step[] {
  const text = path.replace(/^\{|\}$/g, '').replace(/^\$/, '');
  const steps: Step[] = [];
  let at = 0;
  while (at < text.length) {
    const token = TOKENS.find(({ pattern }) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!token) return [{ kind: 'field', name: '\u0000' }];
    token.pattern.lastIndex = at;
    const [whole = '', found = ''] = token.pattern.exec(text) ?? [];
    steps.push(token.step(found));
    at += whole.length;
  }
  return steps;
}

function filterOf(text: string): Filter {
  const match = /^\s*@(.*?)\s*(==|!=)\s*(.*?)\s*$/.exec(text);
  const literal = match?.[3] ?? '';
  const value = /^(['"]).*\1$/.test(literal)
    ? literal.slice(1, -1)
    : literal === 'true'
      ? true
      : literal === 'false'
        ? false
        : Number(literal);
  return { kind: 'filter', path: parse(match?.[1] ?? ''), equals: match?.[2] !== '!=', value };
}
