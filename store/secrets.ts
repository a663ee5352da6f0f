// History never holds a Secret's value: each is replaced by a keyed hash, which still tells whether two are equal.
import type { Manifest } from '../src/domain/resource.js';
import type { Vault } from './vault.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manifest with the values of a Secret hashed, in its last-applied annotation too. Other kinds come back as they are. */
export function withoutSecretValues(manifest: Manifest, vault: Vault): Manifest {
  if (manifest.kind !== 'Secret') return manifest;
  const copy: Manifest = { ...manifest };
  for (const field of ['data', 'stringData']) if (field in copy) copy[field] = hashed(copy[field], field, vault);
  const text = manifest.metadata?.annotations?.[LAST_APPLIED];
  if (text === undefined) return copy;
  const annotations = { ...manifest.metadata.annotations, [LAST_APPLIED]: hashedText(text, vault) };
  return { ...copy, metadata: { ...manifest.metadata, annotations } };
}

/** Values of `data` are hashed as the bytes they stand for, so that `data` and `stringData` with one value agree. */
function hashed(values: unknown, field: string, vault: Vault): unknown {
  if (values === null || values === undefined) return values;
  if (typeof values !== 'object') return vault.mark(JSON.stringify(values));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value !== 'string') return [name, vault.mark(JSON.stringify(value) ?? '')];
      return [name, vault.mark(field === 'data' ? Buffer.from(value, 'base64') : value)];
    }),
  );
}

function hashedText(text: string, vault: Vault): string {
  try {
    return JSON.stringify(withoutSecretValues(JSON.parse(text) as Manifest, vault));
  } catch {
    // Not JSON: nobody knows what is in it, so nothing of it is kept.
    return vault.mark(text);
  }
}
