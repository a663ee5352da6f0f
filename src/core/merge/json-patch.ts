// JSON Patch (RFC 6902), with errors that name the operation.
import { applyPatch, type Operation } from 'rfc6902';
import { UserError } from '../../domain/problem.js';
import { cloneJson, isRecord } from './record.js';

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];
/** As the API server: more than this is refused. */
const MAX_OPERATIONS = 10_000;
/** Copies of copies double; a document may not grow beyond this many values by them. */
const MAX_VALUES = 500_000;

/** The document with all operations applied, or none: throws UserError with the one that failed. The argument is not changed. */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new UserError('Cannot apply the JSON patch: it has to be a list of operations');
  if (operations.length > MAX_OPERATIONS) {
    throw new UserError(`Cannot apply the JSON patch: ${operations.length} operations are more than the limit of ${MAX_OPERATIONS}`);
  }
  // The wrapper gives the document a parent, so that an operation on the whole document ('') has a place to write to.
  const root = { '': cloneJson(document) };
  operations.forEach((operation: unknown, index) => {
    applyOne(root, checked(operation, index), index);
  });
  return root[''];
}

function applyOne(root: { '': unknown }, operation: Operation, index: number): void {
  const below = { ...operation, path: `/${operation.path}` } as Operation;
  if ('from' in below) below.from = `/${below.from}`;
  let failure: Error | null | undefined;
  try {
    [failure] = applyPatch(root, [below]);
  } catch (error) {
    failure = error as Error;
  }
  if (failure) throw failed(operation, index, reasonOf(failure, operation));
  if (operation.op === 'copy' && countValues(root) > MAX_VALUES)
    throw failed(operation, index, `the result has more than ${MAX_VALUES} values`);
}

function checked(operation: unknown, index: number): Operation {
  if (!isRecord(operation)) throw new UserError(`Cannot apply the JSON patch: operation ${index + 1} is not an object`);
  const { op, path, from } = operation;
  const known = typeof op === 'string' && OPERATIONS.includes(op);
  if (!known)
    throw new UserError(
      `Cannot apply the JSON patch: operation ${index + 1} has op ${JSON.stringify(op)}; use one of ${OPERATIONS.join(', ')}`,
    );
  const needsFrom = op === 'move' || op === 'copy';
  for (const [name, pointer] of [['path', path], ...(needsFrom ? [['from', from]] : [])] as [string, unknown][]) {
    if (typeof pointer === 'string' && (pointer === '' || pointer.startsWith('/'))) continue;
    throw new UserError(
      `Cannot apply the JSON patch: the ${name} of operation ${index + 1} (${op}) has to be a JSON pointer such as /spec/replicas`,
    );
  }
  if ((op === 'add' || op === 'replace' || op === 'test') && operation['value'] === undefined) {
    throw new UserError(`Cannot apply the JSON patch: operation ${index + 1} (${op} ${String(path)}) has no value`);
  }
  return operation as unknown as Operation;
}

function failed(operation: Operation, index: number, reason: string): UserError {
  return new UserError(`Cannot apply the JSON patch: operation ${index + 1} (${operation.op} ${operation.path}): ${reason}`);
}

/** The values themselves are left out: they may be secret. */
function reasonOf(failure: Error, operation: Operation): string {
  if (failure.name === 'TestError') return 'the value there is another one';
  if (failure.name === 'MissingError')
    return 'from' in operation ? `nothing is at ${operation.from}, or its new place does not exist` : 'that path does not exist';
  return 'it cannot be carried out';
}

function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const child of Object.values(value)) count += countValues(child);
  return count;
}
