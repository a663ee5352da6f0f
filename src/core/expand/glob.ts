// Two dialects of file patterns: Go's path.Match for directories (`*` stays in its segment), git's pathspec for files (`*` crosses '/').

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

/** doublestar: `*` stays in its segment, `**` stands for any number of segments. */
export function doublestar(pattern: string): RegExp {
  return compiled(`double ${pattern}`, () => {
    const parts = pattern.split('/').map((part) => (part === '**' ? undefined : translate(part, false).source.slice(1, -1)));
    const last = parts.length - 1;
    const source = parts.map((part, i) => (part === undefined ? (i === last ? '.*' : '(?:[^/]+/)*') : `${part}${i === last ? '' : '/'}`));
    return new RegExp(`^${source.join('')}$`, 's');
  });
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
