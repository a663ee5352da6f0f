// The jq paths that ignore rules mostly consist of: '.spec.replicas', '.spec.template.spec.containers[].image',
// '.webhooks[]? | .clientConfig.caBundle', '.items[] | select(.name == "x") | .value'. Answered exactly as `del(path)` answers;
// every other program is refused, so that nothing is ever half understood.
import { isRecord, own, put, sameJson } from '../merge/record.js';

type Segment =
  | { readonly kind: 'field'; readonly name: string; readonly optional: boolean }
  | { readonly kind: 'index'; readonly index: number; readonly optional: boolean }
  | { readonly kind: 'each'; readonly optional: boolean }
  | { readonly kind: 'select'; readonly path: readonly string[]; readonly equals: unknown };

export type SimplePath = readonly Segment[];

const FIELD = /^\.?(?:([A-Za-z_]\w*)|"((?:[^"\\]|\\["\\/])*)")(\?)?/;
const BRACKET = /^\.?\[\s*(?:(-?\d+)|"((?:[^"\\]|\\["\\/])*)")?\s*\](\?)?/;
const SELECT = /^select\(\s*((?:\.(?:[A-Za-z_]\w*|"(?:[^"\\]|\\["\\/])*"))+)\s*==\s*("(?:[^"\\]|\\["\\/])*"|-?\d+|true|false|null)\s*\)/;
const MAX_LENGTH = 2000;

/** The segments of a path, or undefined where the program is more than a path. */
export function parseSimplePath(program: string): SimplePath | undefined {
  if (program.length > MAX_LENGTH) return undefined;
  const segments: Segment[] = [];
  for (const stage of stagesOf(program)) {
    const parsed = stage.startsWith('select(') ? parseSelect(stage) : parseStage(stage);
    if (!parsed) return undefined;
    segments.push(...parsed);
  }
  return segments.length > 0 ? segments : undefined;
}

/** Cut at '|' outside of texts. */
function stagesOf(program: string): readonly string[] {
  return (program.match(/(?:"(?:[^"\\]|\\.)*"|[^|"])+/g) ?? []).map((stage) => stage.trim());
}

function parseSelect(stage: string): Segment[] | undefined {
  const match = SELECT.exec(stage);
  if (match?.[0].length !== stage.length) return undefined;
  const names = [...(match[1] ?? '').matchAll(/\.(?:([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*"))/g)];
  const path = names.map(([, plain, quoted]) => plain ?? (JSON.parse(quoted ?? '""') as string));
  return [{ kind: 'select', path, equals: JSON.parse(match[2] ?? 'null') as unknown }];
}

function parseStage(stage: string): Segment[] | undefined {
  if (!stage.startsWith('.')) return undefined;
  const segments: Segment[] = [];
  for (let rest = stage; rest !== ''; ) {
    const bracket = BRACKET.exec(rest);
    const field = bracket || !rest.startsWith('.') ? null : FIELD.exec(rest);
    const match = bracket ?? field;
    if (!match) return undefined;
    segments.push(bracket ? bracketSegment(bracket) : fieldSegment(match));
    rest = rest.slice(match[0].length);
  }
  return segments;
}

function fieldSegment([, plain, quoted, optional]: RegExpExecArray): Segment {
  return { kind: 'field', name: plain ?? unquoted(quoted), optional: optional !== undefined };
}

function bracketSegment([, index, quoted, mark]: RegExpExecArray): Segment {
  const optional = mark !== undefined;
  if (index !== undefined) return { kind: 'index', index: Number(index), optional };
  return quoted === undefined ? { kind: 'each', optional } : { kind: 'field', name: unquoted(quoted), optional };
}

function unquoted(text: string | undefined): string {
  return (text ?? '').replace(/\\(.)/g, '$1');
}

/** The value without what the path names. The same value where nothing is there, and where jq would fail: such a rule is skipped. */
export function withoutSimplePath(value: unknown, path: SimplePath): unknown {
  const result = remove(value, path, 0);
  return result === FAILED ? value : result === GONE ? null : result;
}

const GONE = Symbol('removed');
const FAILED = Symbol('jq would fail');

function remove(value: unknown, path: SimplePath, at: number): unknown {
  const segment = path[at];
  if (segment === undefined) return GONE;
  switch (segment.kind) {
    case 'field':
      if (isRecord(value) && Object.hasOwn(value, segment.name)) {
        return withField(value, segment.name, remove(own(value, segment.name), path, at + 1));
      }
      if (isRecord(value) || value === null) return nothingThere(value, path, at + 1);
      return segment.optional ? value : FAILED;
    case 'index': {
      if (value === null) return nothingThere(value, path, at + 1);
      if (!Array.isArray(value)) return segment.optional ? value : FAILED;
      const index = segment.index < 0 ? value.length + segment.index : segment.index;
      if (index < 0 || index >= value.length) return nothingThere(value, path, at + 1);
      return withItems(value, (item, i) => (i === index ? remove(item, path, at + 1) : item));
    }
    case 'each':
      if (Array.isArray(value)) return withItems(value, (item) => remove(item, path, at + 1));
      if (isRecord(value)) return eachField(value, path, at);
      return segment.optional ? value : FAILED;
    case 'select': {
      const found = lookUp(value, segment.path);
      if (found === FAILED) return FAILED;
      return sameJson(found, segment.equals) ? remove(value, path, at + 1) : value;
    }
    default:
      return segment satisfies never;
  }
}

/** A path that leads to nothing still fails where the rest of it cannot be followed: `.a[]` of an object without `a`. */
function nothingThere(value: unknown, path: SimplePath, at: number): unknown {
  return remove(null, path, at) === FAILED ? FAILED : value;
}

function eachField(value: Readonly<Record<string, unknown>>, path: SimplePath, at: number): unknown {
  let out: unknown = value;
  for (const key of Object.keys(value)) {
    const next = remove(value[key], path, at + 1);
    if (next === FAILED) return FAILED;
    out = withField(out as Record<string, unknown>, key, next);
  }
  return out;
}

function withField(value: Readonly<Record<string, unknown>>, key: string, next: unknown): unknown {
  if (next === FAILED || next === value[key]) return next === FAILED ? FAILED : value;
  const out = { ...value };
  if (next === GONE) delete out[key];
  else put(out, key, next);
  return out;
}

function withItems(value: readonly unknown[], change: (item: unknown, index: number) => unknown): unknown {
  const next = value.map(change);
  if (next.includes(FAILED)) return FAILED;
  return next.every((item, i) => item === value[i]) ? value : next.filter((item) => item !== GONE);
}

function lookUp(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (current === null || current === undefined) return null;
    if (!isRecord(current)) return FAILED;
    current = own(current, name) ?? null;
  }
  return current;
}
