// JSON pointers (RFC 6901) as ignore rules use them: remove what is there; what is not there is no error.
import { isRecord, own, put } from '../merge/record.js';

/** The reference tokens of a pointer, or undefined where the text is not one. */
export function parsePointer(text: string): readonly string[] | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value without what the pointer names; the same value where that is nothing. */
export function withoutPointer(value: unknown, tokens: readonly string[], at = 0): unknown {
  const token = tokens[at];
  if (token === undefined) return value;
  const last = at === tokens.length - 1;
  if (Array.isArray(value)) {
    const index = /^(0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
    if (index < 0 || index >= value.length) return value;
    if (last) return value.filter((_, i) => i !== index);
    const inner = withoutPointer(value[index], tokens, at + 1);
    return inner === value[index] ? value : value.map((item, i) => (i === index ? inner : item));
  }
  if (!isRecord(value) || !Object.hasOwn(value, token)) return value;
  const out = { ...value } as Record<string, unknown>;
  if (last) {
    delete out[token];
    return out;
  }
  const child = own(value, token);
  const inner = withoutPointer(child, tokens, at + 1);
  if (inner === child) return value;
  put(out, token, inner);
  return out;
}
