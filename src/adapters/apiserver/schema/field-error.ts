// What is wrong with an object, field by field, in the words and reasons that Kubernetes clients know.

export type FieldErrorReason =
  | 'UnknownField'
  | 'DuplicateKey'
  | 'WrongType'
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany';

export interface FieldError {
  /** 'spec.template.spec.containers[0].name'; '' for the whole object. */
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** Without the field: 'Required value', 'Invalid value: "X": must be ...'. */
  readonly message: string;
}

/** The refusal of a write: what an API server answers, ready to be put into a Status. */
export interface Rejection {
  readonly code: 400 | 422;
  readonly reason: 'BadRequest' | 'Invalid';
  readonly message: string;
  readonly causes: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: `Required value${detail ? `: ${detail}` : ''}` };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${shown(value)}: ${detail}` };
}

export function notSupported(field: string, value: unknown, values: readonly unknown[]): FieldError {
  const names = values.map((each) => JSON.stringify(each)).join(', ');
  return { field, reason: 'FieldValueNotSupported', message: `Unsupported value: ${shown(value)}: supported values: ${names}` };
}

export function forbidden(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${shown(value)}` };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalid(field, value, 'field is immutable');
}

/** One line for a person: 'spec.replicas: Invalid value: -1: must be ...', 'unknown field "spec.x"'. */
export function describeFieldError(error: FieldError): string {
  if (error.reason === 'UnknownField' || error.reason === 'DuplicateKey') return error.message;
  return error.field === '' ? error.message : `${error.field}: ${error.message}`;
}

/**
 * The answer to a write with these errors, or undefined when there are none. What cannot be decoded is a bad request (400);
 * what can be decoded and is not allowed is unprocessable (422).
 */
export function rejectionOf(
  errors: readonly FieldError[],
  object: { group: string; version: string; kind: string; name: string },
): Rejection | undefined {
  if (errors.length === 0) return undefined;
  const { group, version, kind, name } = object;
  const undecodable = errors.filter((e) => e.reason === 'UnknownField' || e.reason === 'DuplicateKey');
  const mistyped = errors.filter((e) => e.reason === 'WrongType' && !isCustom(group));
  if (mistyped.length > 0 || undecodable.length > 0) {
    const first = mistyped[0];
    const detail = first
      ? `json: cannot unmarshal ${first.message}`
      : `strict decoding error: ${undecodable.map((e) => e.message).join(', ')}`;
    return {
      code: 400,
      reason: 'BadRequest',
      message: `${kind} in version "${version}" cannot be handled as a ${kind}: ${detail}`,
      causes: [],
    };
  }
  const texts = errors.map(describeFieldError);
  const listed = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return {
    code: 422,
    reason: 'Invalid',
    message: `${group ? `${kind}.${group}` : kind} "${name}" is invalid: ${listed}`,
    causes: errors.map((e) => ({
      reason: e.reason === 'WrongType' ? 'FieldValueTypeInvalid' : e.reason,
      message: e.message,
      field: e.field,
    })),
  };
}

/** Groups of custom kinds have a dot and are not Kubernetes' own. */
export function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 240 ? `${text.slice(0, 240)}...` : text;
}
