// When a failed sync is tried again. Behaviour 2.3: limit 0 = never, < 0 = for ever; the n-th wait is duration * factor^n, capped.
import type { RetryStrategy } from '../../domain/application.js';
import { parseDurationOrSeconds } from '../duration.js';

export const AUTOMATED_RETRY_LIMIT = 5;
const DEFAULT_DURATION_MS = 5_000;
const DEFAULT_FACTOR = 2;
const DEFAULT_MAX_MS = 180_000;

/** Time of the next attempt, or undefined when no attempt is left. `retries` counts the attempts made after the first. */
export function nextRetryAtMs(strategy: RetryStrategy | undefined, retries: number, finishedAtMs: number): number | undefined {
  const limit = strategy?.limit ?? 0;
  if (limit === 0 || (limit > 0 && retries >= limit)) return undefined;
  const backoff = strategy?.backoff;
  const durationMs = parseDurationOrSeconds(backoff?.duration ?? '') ?? DEFAULT_DURATION_MS;
  const maxMs = parseDurationOrSeconds(backoff?.maxDuration ?? '') ?? DEFAULT_MAX_MS;
  const waitMs = durationMs * (backoff?.factor ?? DEFAULT_FACTOR) ** retries;
  return finishedAtMs + Math.min(waitMs, maxMs);
}
