// When the world is wrong, that is a value, not an exception: functions return what they could do, and problems.

/** Where a problem was found: a file of a source, or a control object. Line and column start at 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly object?: string;
}

/** Argo CD's condition types, plus ours for what Argo CD has no word for. */
export type ConditionType =
  | 'DeletionError'
  | 'InvalidSpecError'
  | 'ComparisonError'
  | 'SyncError'
  | 'UnknownError'
  | 'SharedResourceWarning'
  | 'RepeatedResourceWarning'
  | 'ExcludedResourceWarning'
  | 'OrphanedResourceWarning'
  /** A field that nothing reads: most often a typing error. The field is kept. */
  | 'UnknownFieldWarning';

/** One thing that is wrong, in words for a person: what was being done, what is wrong, where, what to do. */
export interface Problem {
  readonly type: ConditionType;
  readonly message: string;
  readonly place?: Place;
}

/** A problem as it stands in status.conditions. */
export interface Condition {
  readonly type: ConditionType;
  readonly message: string;
  readonly lastTransitionTime?: string;
}

/** Whether a problem of this type makes sync and health Unknown and stops a sync. */
export function isError(type: ConditionType): boolean {
  return type.endsWith('Error');
}

/**
 * I/O failed. Adapters throw this and nothing else; it is caught in one place, engine/local.ts.
 * The message says what was being done and what is wrong, and never holds a secret.
 */
export class IoError extends Error {
  readonly retry: 'backoff' | 'never';
  /** HTTP status where the other side answered: 404, 409, 422, 429 ... */
  readonly status?: number;
  /** The server's machine-readable reason: 'Conflict', 'AlreadyExists', 'Expired' ... */
  readonly reason?: string;
  readonly retryAfterMs?: number;

  constructor(
    message: string,
    options: { retry: 'backoff' | 'never'; cause?: unknown; status?: number; reason?: string; retryAfterMs?: number },
  ) {
    super(message, { cause: options.cause });
    this.name = 'IoError';
    this.retry = options.retry;
    if (options.status !== undefined) this.status = options.status;
    if (options.reason !== undefined) this.reason = options.reason;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** A person gave us something that cannot be used. The command line prints the message alone and exits 2. */
export class UserError extends Error {
  readonly place?: Place;
  constructor(message: string, place?: Place) {
    super(message);
    this.name = 'UserError';
    if (place) this.place = place;
  }
}
