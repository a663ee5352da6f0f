// Three dialects of patterns: Go's path.Match for directories (`*` stays in its segment), git's pathspec for files (`*` crosses '/'), and
// doublestar for files where the new globbing is on (`*` stays, `**` crosses, braces are alternatives).

const cache = new Map<string, RegExp>();
const CACHE_MAX = 500;

/** path.Match: `*` and `?` do not cross '/', `[...]` is a class, `\` escapes. A malformed pattern matches nothing. */
export function pathMatch(pattern: string, path: string): boolean {
  return compiled(`match ${pattern}`, () => translate(pattern, false)).test(path);
}

/** git ls-files pathspec: wildcards cross '/'; a pattern without wildcards names a file or everything below a directory. */
export function crossingGlob(pattern: string): RegExp {
  return compiled(`cross ${pattern}`, () =>
    /[*?[]/.test(pattern) ? translate(pattern, true) : new RegExp(`^${escaped(pattern.replace(/\/$/, ''))}(/.*)?$`),
  );
}

/** doublestar: `*` stays in its segment, a segment `**` stands for any number of them, `{a,b}` for alternatives. */
export function segmentGlob(pattern: string): RegExp {
  return compiled(`segment ${pattern}`, () => {
    const source = segments(pattern.replace(/^\.\//, ''));
    try {
      return new RegExp(`^${source}$`, 's');
    } catch {
      return /(?!)/;
    }
  });
}

function segments(pattern: string): string {
  let source = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    const rest = pattern.slice(i);
    const starts = i === 0 || pattern[i - 1] === '/';
    const end = char === '[' ? pattern.indexOf(']', i + 2) : -1;
    if (starts && /^\*\*+\//.test(rest)) {
      source += '(?:[^/]+/)*';
      i += (/^\*+/.exec(rest)?.[0].length ?? 2) as number;
    } else if (starts && /^\*\*+$/.test(rest)) return `${source}.*`;
    else if (char === '*') {
      while (pattern[i + 1] === '*') i++;
      source += '[^/]*';
    } else if (char === '?') source += '[^/]';
    else if (char === '\\') source += escaped(pattern[++i] ?? '\\');
    else if (char === '{') {
      depth++;
      source += '(?:';
    } else if (char === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (char === ',' && depth > 0) source += '|';
    else if (end > 0) {
      source += `(?!/)[${pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\')}]`;
      i = end;
    } else source += escaped(char);
  }
  return source;
}

function compiled(id: string, make: () => RegExp): RegExp {
  const known = cache.get(id);
  if (known) return known;
  const made = make();
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(id, made);
  return made;
}

function translate(pattern: string, crosses: boolean): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === '*') {
      while (crosses && pattern[i + 1] === '*') i++;
      source += crosses ? '.*' : '[^/]*';
    } else if (char === '?') source += crosses ? '.' : '[^/]';
    else if (char === '\\') source += escaped(pattern[++i] ?? '\\');
    else if (char === '[') {
      const end = pattern.indexOf(']', i + 2);
      if (end < 0) return /(?!)/;
      source += `[${pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replace(/\\/g, '\\\\')}]`;
      i = end;
    } else source += escaped(char);
  }
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    return /(?!)/; // a class such as [z-a]: Go calls the pattern bad and skips it
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
