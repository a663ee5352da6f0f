// Patterns as people type them, and letters in order.

/** Anchored; * is any text, ? one character; all else is itself. Case counts. Takes no longer than both lengths multiplied. */
export function globMatch(glob: string, text: string): boolean {
  let [g, t] = [0, 0];
  let [star, resume] = [-1, 0];
  while (t < text.length) {
    if (glob[g] === '*') [star, resume] = [g++, t];
    else if (g < glob.length && (glob[g] === '?' || glob[g] === text[t])) [g, t] = [g + 1, t + 1];
    else if (star < 0) return false;
    else [g, t] = [star + 1, ++resume];
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}

/** Whether every letter is there in this order: 'pmts' in 'payments'. */
export function fuzzyMatch(letters: string, text: string): boolean {
  return fuzzyScore(letters, text) !== undefined;
}

/**
 * How well letters in order match, higher is better; undefined where they do not. Neighbours, beginnings of words and a match
 * at the start count more; long texts count a little less.
 */
export function fuzzyScore(letters: string, text: string): number | undefined {
  const [needle, hay] = [letters.toLowerCase(), text.toLowerCase()];
  let score = 0;
  let at = -1;
  for (const letter of needle) {
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    if (next === at + 1) score += at < 0 ? 6 : 4;
    else if (/[^a-z0-9]/.test(hay[next - 1] ?? '')) score += 3;
    else score += 1;
    at = next;
  }
  return score - hay.length / 100;
}
