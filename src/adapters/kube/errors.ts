// What a server's refusal becomes: an IoError that says what was being done and repeats the server's own words.
// Values of a Secret are cut out of those words, because a server quotes what it could not read.
import type { KubeResponse } from '../../domain/ports.js';
import { IoError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';

export interface Status {
  readonly message: string;
  readonly reason?: string;
  readonly code?: number;
  readonly causes: readonly string[];
  readonly retryAfterSeconds?: number;
}

const MESSAGE_LIMIT = 4000;
const HIDDEN = '++++++++';

/** Reads a metav1.Status; any other answer gives its text, cut to a readable length. */
export function statusOf(body: unknown, fallback: string): Status {
  if (typeof body === 'object' && body !== null && (body as Manifest).kind === 'Status') {
    const status = body as { message?: string; reason?: string; code?: number; details?: Record<string, unknown> };
    const causes = (status.details?.['causes'] ?? []) as { reason?: string }[];
    const seconds = status.details?.['retryAfterSeconds'];
    return {
      message: (status.message || status.reason || fallback).slice(0, MESSAGE_LIMIT),
      ...(status.reason ? { reason: status.reason } : {}),
      ...(status.code ? { code: status.code } : {}),
      causes: causes.map(({ reason }) => reason ?? ''),
      ...(typeof seconds === 'number' && seconds > 0 ? { retryAfterSeconds: seconds } : {}),
    };
  }
  const text = typeof body === 'string' ? body.trim().slice(0, 300) : '';
  return { message: text === '' ? fallback : text, causes: [] };
}

/** The error for an answer that is not a success. `doing` reads like 'list apps/Deployment'. */
export function failureOf(response: KubeResponse, doing: string, secret?: Manifest): IoError {
  const status = statusOf(response.body, `the server answered ${response.status}`);
  const retryAfterMs = retryAfterOf(response, status);
  return new IoError(`Cannot ${doing}: ${withoutSecrets(status.message, secret)}`, {
    retry: retryFor(response.status, status),
    status: response.status,
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Server-side apply answers 500, without a reason, for a field that the type does not have. */
const NOT_TYPED = /^failed to (create typed|convert|create manager for|merge config)|field not declared in schema/;

/** Whether trying again later can help. A conflict between field managers stays one until a person decides. */
function retryFor(code: number, status: Status): 'backoff' | 'never' {
  if (code === 500 && NOT_TYPED.test(status.message)) return 'never';
  if (status.causes.includes('NamespaceTerminating')) return 'backoff';
  if (code === 409) return status.causes.includes('FieldManagerConflict') || status.reason === 'AlreadyExists' ? 'never' : 'backoff';
  return code === 404 || code === 408 || code === 410 || code === 429 || code >= 500 ? 'backoff' : 'never';
}

function retryAfterOf(response: KubeResponse, status: Status): number | undefined {
  const header = response.headers['retry-after'];
  if (header !== undefined && /^\d+$/.test(header)) return Number(header) * 1000;
  return status.retryAfterSeconds === undefined ? undefined : status.retryAfterSeconds * 1000;
}

/** Whether a list or watch has to start over: the revision is too old, or from a future that the server does not know. */
export function isExpired(error: IoError): boolean {
  return error.status === 410 || error.reason === 'Expired' || error.reason === 'Gone' || /too large resource version/i.test(error.message);
}

/** Removes the values of a Secret from a text; other objects' texts are left alone. */
export function withoutSecrets(message: string, object?: Manifest): string {
  if (object?.kind !== 'Secret') return message;
  let text = message.replace(/Value:[^}]*}/g, `Value:${HIDDEN}}`);
  for (const field of ['data', 'stringData']) {
    const values = object[field];
    if (typeof values !== 'object' || values === null) continue;
    for (const value of Object.values(values)) {
      const plain = String(value);
      if (plain.length >= 3) text = text.replaceAll(plain, HIDDEN);
      if (field === 'data' && plain.length >= 4) {
        const decoded = Buffer.from(plain, 'base64').toString('utf8');
        if (decoded.length >= 3) text = text.replaceAll(decoded, HIDDEN);
      }
    }
  }
  return text;
}
