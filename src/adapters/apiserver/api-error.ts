// Refusals as a Kubernetes API server words them: a metav1.Status with code, reason, message and causes.
import type { KubeResponse } from '../../domain/ports.js';
import type { ApiKind } from '../../domain/resource.js';
import type { Rejection } from './schema/field-error.js';

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: number, reason: string, message: string, more: { details?: Record<string, unknown>; retryAfterSeconds?: number } = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }

  /** The Status object of the answer. */
  status(): Record<string, unknown> {
    const { code, reason, message, details, retryAfterSeconds } = this;
    const all = { ...details, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(Object.keys(all).length > 0 ? { details: all } : {}),
      code,
    };
  }

  response(): KubeResponse {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (this.retryAfterSeconds !== undefined) headers['retry-after'] = String(this.retryAfterSeconds);
    return { status: this.code, headers, body: this.status() };
  }
}

export function resourceName(api: Pick<ApiKind, 'group' | 'plural'>): string {
  return api.group === '' ? api.plural : `${api.plural}.${api.group}`;
}

function about(api: ApiKind, name: string): Record<string, unknown> {
  return { name, ...(api.group === '' ? {} : { group: api.group }), kind: api.plural };
}

export function notFound(api: ApiKind, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(api)} "${name}" not found`, { details: about(api, name) });
}

export function unknownPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
}

export function alreadyExists(api: ApiKind, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${resourceName(api)} "${name}" already exists`, { details: about(api, name) });
}

export function conflict(
  api: ApiKind,
  name: string,
  text = 'the object has been modified; please apply your changes to the latest version and try again',
): ApiError {
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${resourceName(api)} "${name}": ${text}`, {
    details: about(api, name),
  });
}

export function applyConflict(message: string, causes: readonly Cause[]): ApiError {
  return new ApiError(409, 'Conflict', message, { details: { causes } });
}

export function forbidden(api: ApiKind, name: string, text: string): ApiError {
  return new ApiError(403, 'Forbidden', `${resourceName(api)} "${name}" is forbidden: ${text}`, { details: about(api, name) });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} });
}

export function unsupportedMediaType(type: string): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf; this was ${type}`,
  );
}

export function rejected(rejection: Rejection, api: ApiKind, name: string): ApiError {
  const details = { ...about(api, name), kind: api.kind, causes: rejection.causes };
  return new ApiError(rejection.code, rejection.reason, rejection.message, { details });
}
