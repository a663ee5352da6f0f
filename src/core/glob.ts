// Patterns as Argo CD's settings, projects and directory sources use them: `*` and `?` stop at a separator where there is one,
// `**` never stops, `[a-z]` and `[!a-z]` are classes, `{a,b}` alternatives (nested ones too), `\` takes the next character as it is.

export type Glob = (text: string) => boolean;

const MAX_PATTERN = 2000;
const MAX_CACHED = 2000;
const cache = new Map<string, Glob>();

/** Compiles a pattern. A malformed one matches nothing. Without a separator `*` crosses everything. */
export function glob(pattern: string, separator = ''): Glob {
  const key = `${separator}\n${pattern}`;
  const known = cache.get(key);
  if (known) return known;
  const source = pattern.length > MAX_PATTERN ? undefined : translate(pattern, separator);
  const made = source === undefined ? () => false : matcher(source);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, made);
  return made;
}

/** Whether a text matches a pattern. */
export function globMatches(pattern: string, text: string, separator = ''): boolean {
  return glob(pattern, separator)(text);
}

function matcher(source: string): Glob {
  try {
    const expression = new RegExp(`^(?:${source})$`, 'su');
    return (text) => expression.test(text);
  } catch {
    return () => false; // a class such as [z-a]
  }
}

/** The regular expression of a pattern, or undefined where brackets do not close. */
function translate(pattern: string, separator: string): string | undefined {
  const one = separator === '' ? '.' : `[^${escapeInClass(separator)}]`;
  let depth = 0;
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') {
      let stars = 1;
      while (pattern[i + 1] === '*') {
        stars++;
        i++;
      }
      source += stars > 1 ? '.*' : `${one}*`;
    } else if (char === '?') source += one;
    else if (char === '\\') source += escapeText(pattern[++i] ?? '\\');
    else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) return undefined;
      source += classOf(pattern.slice(i + 1, end));
      i = end;
    } else if (char === '{') {
      depth++;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (char === ',' && depth > 0) source += '|';
    else source += escapeText(char);
  }
  return depth === 0 ? source : undefined;
}

function classOf(content: string): string {
  const negated = content.startsWith('!') || content.startsWith('^');
  const members = (negated ? content.slice(1) : content).replace(/[\\[\]^&]/g, '\\$&');
  return `[${negated ? '^' : ''}${members}]`;
}

function escapeText(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function escapeInClass(char: string): string {
  return char.replace(/[\\\]^-]/g, '\\$&');
}
