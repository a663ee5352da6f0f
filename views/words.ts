// Small words of the field, as people read them.

/** 'Ana <ana@example.org>' is Ana. */
export function authorName(author: string): string {
  return author.replace(/\s*<[^>]*>\s*$/, '') || author;
}

const FAR_WAVE = 1_000_000;

/** A wave in words; the one of namespaces, before all others, has no number that means anything. */
export function waveText(wave: number): string {
  return Math.abs(wave) > FAR_WAVE ? 'first' : `wave ${wave}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Two values without the beginning that they share, where that is long: '…:v1.2.1', '…:v1.2.3'. */
export function withoutCommon(a: string, b: string, least = 12): readonly [string, string] {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  const cut = Math.max(a.lastIndexOf('/', at - 1), a.lastIndexOf(':', at - 1), a.lastIndexOf('@', at - 1), a.lastIndexOf(' ', at - 1));
  return cut < least ? [a, b] : [`…${a.slice(cut)}`, `…${b.slice(cut)}`];
}
