// The README's key table lies between two markers and comes from the registry; a test says when it is old.
import { keyTable } from '../commands/key-table.js';
import { UserError } from '../domain/problem.js';

const BEGIN = '<!-- keys:begin -->';
const END = '<!-- keys:end -->';

/** The README with the current table. Throws UserError where the markers are missing. */
export function withKeyTable(readme: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new UserError(`the README has no place for the key table: it needs the lines ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${keyTable()}\n${readme.slice(end)}`;
}
