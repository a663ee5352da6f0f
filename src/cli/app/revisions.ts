// --revision, or --revisions with --source-positions: another revision for some sources of an application.
import { type Application, sourcesOf } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Invocation } from '../invocation.js';

/** One for each source, '' where it keeps its own; undefined where none is asked for. */
export function revisionsOf(invocation: Invocation, app: Application): readonly string[] | undefined {
  const sources = sourcesOf(app.spec);
  const one = invocation.text('revision');
  const many = invocation.list('revisions');
  if (one !== undefined && many.length > 0) throw new UserError('give --revision or --revisions, not both');
  if (one !== undefined) return [one];
  if (many.length === 0) return undefined;
  const positions = invocation.list('source-positions').map(Number);
  if (positions.length !== many.length)
    throw new UserError(`${many.length} --revisions need as many --source-positions; there are ${positions.length}`);
  const revisions = sources.map(() => '');
  for (const [i, position] of positions.entries()) {
    if (!Number.isInteger(position) || position < 1 || position > sources.length)
      throw new UserError(`--source-positions counts from 1 to ${sources.length} here`);
    revisions[position - 1] = many[i] ?? '';
  }
  return revisions;
}
