// Which objects are hooks, of which phases, and when they are deleted (behaviour 2.3). Argo CD's own annotation wins over Helm's.
import type { HookDeletePolicy } from '../../domain/operation.js';
import type { Manifest } from '../../domain/resource.js';

export const HOOK = 'argocd.argoproj.io/hook';
export const HOOK_DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';
export const HELM_HOOK = 'helm.sh/hook';
export const HELM_HOOK_DELETE_POLICY = 'helm.sh/hook-delete-policy';

/** Keeps a hook until its end was seen, whoever deletes it. */
export const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

export type HookType = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail' | 'PreDelete' | 'PostDelete';

/** What the hook annotations make of an object. */
export type HookRole =
  /** An ordinary object: applied, compared, pruned. */
  | { readonly kind: 'none' }
  | { readonly kind: 'hook'; readonly types: readonly HookType[] }
  /** `Skip` alone: neither a hook nor applied. */
  | { readonly kind: 'skip' }
  /** A hook of no phase that we know (a typing error, a Helm test): never applied, never counted. */
  | { readonly kind: 'ignored' };

const TYPES: readonly HookType[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail', 'PreDelete', 'PostDelete'];

const HELM_TYPES: Readonly<Record<string, HookType>> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-install': 'PostSync',
  'post-upgrade': 'PostSync',
  'pre-delete': 'PreDelete',
  'post-delete': 'PostDelete',
};

const POLICIES: readonly HookDeletePolicy[] = ['HookSucceeded', 'HookFailed', 'BeforeHookCreation'];

const HELM_POLICIES: Readonly<Record<string, HookDeletePolicy>> = {
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
  'before-hook-creation': 'BeforeHookCreation',
};

/** The role of an object, from its annotations alone. */
export function hookOf(manifest: Manifest): HookRole {
  const annotations = manifest.metadata.annotations ?? {};
  const words = csv(annotations[HOOK]);
  const own = words.filter((word): word is HookType => (TYPES as readonly string[]).includes(word));
  if (own.length > 0) return { kind: 'hook', types: own };
  if (words.includes('Skip')) return { kind: 'skip' };
  const helm = csv(annotations[HELM_HOOK]);
  const types = [...new Set(helm.flatMap((word) => HELM_TYPES[word] ?? []))];
  if (types.length > 0) return { kind: 'hook', types };
  if (annotations[HOOK] !== undefined) return { kind: 'ignored' };
  return helm.length > 0 && !helm.includes('crd-install') ? { kind: 'ignored' } : { kind: 'none' };
}

/** When a hook is deleted; both annotations count together, and BeforeHookCreation where neither says anything valid. */
export function deletePoliciesOf(manifest: Manifest): readonly HookDeletePolicy[] {
  const annotations = manifest.metadata.annotations ?? {};
  const own = csv(annotations[HOOK_DELETE_POLICY]).filter((word): word is HookDeletePolicy =>
    (POLICIES as readonly string[]).includes(word),
  );
  const helm = csv(annotations[HELM_HOOK_DELETE_POLICY]).flatMap((word) => HELM_POLICIES[word] ?? []);
  const found = [...new Set([...own, ...helm])];
  return found.length > 0 ? found : ['BeforeHookCreation'];
}

/** Trimmed, without empty or repeated words. */
function csv(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  const words = text.split(',').map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}
