// Whether an object may be stored: its structure by its type, its metadata, and the rules of its kind.
import type { Manifest } from '../../../domain/resource.js';
import { groupVersion } from '../../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../../domain/schema.js';
import { type FieldError, forbidden, invalid, isCustom, required } from './field-error.js';
import {
  label1035Problem,
  labelProblem,
  labelValueProblem,
  pathSegmentProblem,
  qualifiedNameProblem,
  subdomainProblem,
} from './formats.js';
import { kindRules } from './kind-rules.js';
import { checkStructure } from './validate.js';

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/**
 * Everything that is wrong with an object. In strict mode unknown fields are errors too, in kubectl's words. Structural errors
 * come alone: the rules of the kind assume a well-formed object. Metadata is checked when the name is known, so generateName
 * must have been applied before.
 */
export function validateObject(table: TypeTable, type: TypeNode, object: Manifest, options: { strict: boolean }): readonly FieldError[] {
  const { group } = groupVersion(object.apiVersion);
  const structural = checkStructure(table, type, object, { strict: options.strict, custom: isCustom(group) });
  if (structural.some((e) => e.reason === 'WrongType' || e.reason === 'UnknownField')) return structural;
  return [...validateMetadata(object), ...structural, ...(structural.length === 0 ? kindRules(object) : [])];
}

/** Name, labels, annotations, finalizers and owners by the rules that hold for every kind. */
export function validateMetadata(object: Manifest): readonly FieldError[] {
  const { metadata } = object;
  if (metadata === null || typeof metadata !== 'object') return [required('metadata')];
  const errors: FieldError[] = [];
  if (!metadata.name) errors.push(required('metadata.name', 'name or generateName is required'));
  else {
    const problem = nameProblem(object);
    if (problem) errors.push(invalid('metadata.name', metadata.name, problem));
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    const keyProblem = qualifiedNameProblem(key);
    if (keyProblem) errors.push(invalid('metadata.labels', key, keyProblem));
    const valueProblem = labelValueProblem(String(value));
    if (valueProblem) errors.push(invalid('metadata.labels', value, valueProblem));
  }
  errors.push(...annotationErrors(metadata.annotations ?? {}), ...ownerErrors(object));
  for (const finalizer of metadata.finalizers ?? []) {
    const problem = qualifiedNameProblem(finalizer);
    if (problem) errors.push(invalid('metadata.finalizers', finalizer, problem));
  }
  return errors;
}

function annotationErrors(annotations: Record<string, string>): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const problem = qualifiedNameProblem(key.toLowerCase());
    if (problem) errors.push(invalid('metadata.annotations', key, problem));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(String(value));
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) {
    errors.push({
      field: 'metadata.annotations',
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`,
    });
  }
  return errors;
}

function ownerErrors({ metadata }: Manifest): FieldError[] {
  const errors: FieldError[] = [];
  const owners = metadata.ownerReferences ?? [];
  owners.forEach((owner, index) => {
    const at = `metadata.ownerReferences[${index}]`;
    for (const field of ['apiVersion', 'kind', 'name', 'uid'] as const) {
      if (!owner[field]) errors.push(invalid(`${at}.${field}`, owner[field] ?? '', `${field} must not be empty`));
    }
  });
  if (owners.filter((owner) => owner.controller === true).length > 1) {
    errors.push(
      invalid(
        'metadata.ownerReferences',
        owners.map((o) => o.name),
        'Only one reference can have Controller set to true',
      ),
    );
  }
  return errors;
}

const LABEL_NAMES = new Set(['/Namespace']);
const LABEL_1035_NAMES = new Set(['/Service']);
const PATH_GROUPS = new Set(['rbac.authorization.k8s.io']);

function nameProblem(object: Manifest): string {
  const { group } = groupVersion(object.apiVersion);
  const { name } = object.metadata;
  if (PATH_GROUPS.has(group)) return pathSegmentProblem(name);
  const key = `${group}/${object.kind}`;
  if (LABEL_NAMES.has(key)) return labelProblem(name);
  if (LABEL_1035_NAMES.has(key)) return label1035Problem(name);
  // Events carry a hash and IP addresses carry colons in their names.
  if (object.kind === 'IPAddress') return pathSegmentProblem(name);
  return subdomainProblem(name);
}

/** Why these metadata may not become those: what no update may change. */
export function validateMetadataUpdate(before: Manifest, after: Manifest): readonly FieldError[] {
  const errors: FieldError[] = [];
  const [old, now] = [before.metadata, after.metadata];
  if (now.name !== old.name) errors.push(invalid('metadata.name', now.name, 'field is immutable'));
  if ((now.namespace ?? '') !== (old.namespace ?? ''))
    errors.push(invalid('metadata.namespace', now.namespace ?? '', 'field is immutable'));
  if (now.uid !== undefined && now.uid !== old.uid) errors.push(invalid('metadata.uid', now.uid, 'field is immutable'));
  if (old.deletionTimestamp) {
    const added = (now.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
    if (added.length > 0) {
      const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
      errors.push(
        forbidden(
          'metadata.finalizers',
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
        ),
      );
    }
  }
  return errors;
}
