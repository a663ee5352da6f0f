// Secret values never leave: they are replaced by '+'. Equal values of one key look equal, different ones do not, and nothing
// can be told from one key about another.
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { isRecord, type JsonRecord, own, put } from '../merge/record.js';
import { LAST_APPLIED } from './normalise.js';

const FIRST = '++++++++';
const MORE = '++++';
const SECRET_FIELDS = ['data', 'stringData'];

/** Versions of one object, in the order in which their values get their masks: target, live, last applied. Absent ones stay absent. */
export function maskVersions(
  versions: readonly (Manifest | undefined)[],
  sensitiveAnnotations: readonly string[] = [],
): (Manifest | undefined)[] {
  let masked = versions.map((version) => version && withoutLastApplied(version));
  if (masked.some((version) => version !== undefined && isSecret(version))) {
    for (const field of SECRET_FIELDS)
      masked = maskField(
        masked,
        (version) => version[field],
        (version, value) => ({ ...version, [field]: value }),
      );
  }
  if (sensitiveAnnotations.length === 0) return masked;
  return maskField(
    masked,
    (version) => version.metadata.annotations,
    (version, annotations) => ({ ...version, metadata: { ...version.metadata, annotations: annotations as Record<string, string> } }),
    sensitiveAnnotations,
  );
}

export function isSecret(object: Manifest): boolean {
  return object.kind === 'Secret' && groupVersion(object.apiVersion).group === '';
}

/** kubectl's copy of the whole manifest would tell a Secret's values once more. */
function withoutLastApplied(object: Manifest): Manifest {
  if (!isSecret(object) || object.metadata.annotations?.[LAST_APPLIED] === undefined) return object;
  const { [LAST_APPLIED]: _, ...annotations } = object.metadata.annotations;
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function maskField(
  versions: readonly (Manifest | undefined)[],
  read: (version: Manifest) => unknown,
  write: (version: Manifest, value: JsonRecord) => Manifest,
  only?: readonly string[],
): (Manifest | undefined)[] {
  const fields = versions.map((version) => version && read(version));
  const masks = new Map<string, Map<string, string>>();
  const maskOf = (key: string, value: unknown): string => {
    const known = masks.get(key) ?? new Map<string, string>();
    masks.set(key, known);
    const text = typeof value === 'string' ? value : JSON.stringify(value ?? '');
    const mask = known.get(text) ?? FIRST + MORE.repeat(known.size);
    known.set(text, mask);
    return mask;
  };
  return versions.map((version, i) => {
    const field = fields[i];
    if (version === undefined || field === undefined || field === null) return version;
    // A field of another shape than the server's is no reason to show it.
    if (!isRecord(field)) return write(version, only ? {} : { '?': FIRST });
    const out: Record<string, unknown> = {};
    for (const key of Object.keys(field)) put(out, key, only && !only.includes(key) ? own(field, key) : maskOf(key, own(field, key)));
    return write(version, out);
  });
}
