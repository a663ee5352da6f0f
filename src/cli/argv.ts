// Two spellings that users of other tools have in their fingers and that our parser does not know: --flag=false and -o=json.
import type { Command, Flag } from '../commands/command.js';
import { UserError } from '../domain/problem.js';

/** '--prune=false' -> '--no-prune', '--prune=true' -> '--prune', '-o=json' -> '-o json'. What follows '--' is left alone. */
export function normaliseArgv(argv: readonly string[], commands: readonly Command[]): string[] {
  const booleans = new Set(commands.flatMap((command) => command.cli?.flags.filter(isBoolean).map(({ name }) => name) ?? []));
  const result: string[] = [];
  for (const [i, word] of argv.entries()) {
    if (word === '--') return [...result, ...argv.slice(i)];
    const long = /^--([a-z-]+)=(.*)$/s.exec(word);
    const short = /^(-[A-Za-z])=(.*)$/s.exec(word);
    if (long && booleans.has(long[1] as string)) result.push(truth(long[2] as string, word) ? `--${long[1]}` : `--no-${long[1]}`);
    else if (short) result.push(short[1] as string, short[2] as string);
    else result.push(word);
  }
  return result;
}

function isBoolean(flag: Flag): boolean {
  return flag.type === 'boolean';
}

function truth(text: string, word: string): boolean {
  if (/^(true|t|1)$/i.test(text)) return true;
  if (/^(false|f|0)$/i.test(text)) return false;
  throw new UserError(`cannot use ${word}: it is true or false`);
}
