// Telling a refusal by the server from a mistake in this program.
import { IoError, UserError } from '../../../domain/problem.js';
import { ApiError } from '../api-error.js';

/** Whether the server said no: a denial, a quota, a namespace that is going away, a conflict. */
export function isRefusal(error: unknown): error is ApiError | IoError | UserError {
  return error instanceof ApiError || error instanceof IoError || error instanceof UserError;
}
