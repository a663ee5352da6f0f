// What kind of source a directory is: what the source says, else what lies in it (behaviour 2.2, "Type").
import { explicitTypes } from '../../core/application/parse.js';
import type { Source } from '../../domain/application.js';

export type SourceType =
  | { readonly kind: 'Directory' }
  /** `sign` is what gave it away: a file, or a block of the source. */
  | { readonly kind: 'Helm' | 'Kustomize' | 'Plugin'; readonly sign: string }
  | { readonly kind: 'contradictory'; readonly message: string };

const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** `names` are the names of the files directly in the source's directory. */
export function sourceTypeOf(source: Source, names: readonly string[]): SourceType {
  const explicit = explicitTypes(source);
  if (explicit.length > 1) return { kind: 'contradictory', message: `multiple application sources defined: ${explicit.join(',')}` };
  const [said] = explicit;
  if (said === 'Directory') return { kind: 'Directory' };
  if (said === 'Helm' || said === 'Kustomize' || said === 'Plugin') return { kind: said, sign: `spec.source.${said.toLowerCase()}` };
  // A walk visits names in byte order and the last sign wins: every name of a kustomization comes after 'Chart.yaml'.
  const kustomization = names.find((name) => KUSTOMIZATIONS.includes(name));
  if (kustomization !== undefined) return { kind: 'Kustomize', sign: kustomization };
  const chart = names.find((name) => name.endsWith('Chart.yaml'));
  return chart === undefined ? { kind: 'Directory' } : { kind: 'Helm', sign: chart };
}
