// The annotation that says how an object, or all of an application's, is compared.
import type { Manifest } from '../../domain/resource.js';

export const COMPARE_OPTIONS = 'argocd.argoproj.io/compare-options';

/** Its words: 'IgnoreExtraneous', 'ServerSideDiff=true'. */
export function compareOptions({ metadata }: Pick<Manifest, 'metadata'>): readonly string[] {
  return (metadata.annotations?.[COMPARE_OPTIONS] ?? '').split(',').map((word) => word.trim());
}
