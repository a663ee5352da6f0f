// Keys and what they do, as the README and `argosy help keys` show them.
import { keyLabel } from './keys.js';
import { COMMANDS } from './registry.js';

/** A Markdown table, in the order of the registry; the nine pages are one line. */
export function keyTable(): string {
  const rows = COMMANDS.flatMap(({ id, keys = [], description }): [string, string][] => {
    if (keys.length === 0 || /^page\.[2-9]$/.test(id)) return [];
    if (id === 'page.1') return [['`1` ... `9`', 'Go to that page']];
    return [[keys.map((key) => `\`${keyLabel(key)}\``).join(' '), description]];
  });
  const width = Math.max(...rows.map(([keys]) => keys.length));
  const line = (left: string, right: string) => `| ${left.padEnd(width)} | ${right} |`;
  return [line('Key', 'What it does'), `|${'-'.repeat(width + 2)}|---|`, ...rows.map(([keys, what]) => line(keys, what)), ''].join('\n');
}
