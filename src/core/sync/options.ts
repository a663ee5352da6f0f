// Sync options: strings 'Name=value' of the operation or the app, and the annotation of one resource, which wins.
import type { Manifest } from '../../domain/resource.js';

export const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';

export type Options = ReadonlyMap<string, string>;

/** 'A=x' strings to a map; the last one of a name wins. Entries without '=' are ignored, as Argo CD ignores them. */
export function optionsOf(list: readonly string[] | undefined): Options {
  const options = new Map<string, string>();
  for (const entry of list ?? []) {
    const at = entry.indexOf('=');
    if (at > 0) options.set(entry.slice(0, at).trim(), entry.slice(at + 1).trim());
  }
  return options;
}

/** The options in an object's own annotation (comma separated). */
export function ownOptions(manifest: Manifest | undefined): Options {
  return optionsOf(manifest?.metadata.annotations?.[SYNC_OPTIONS]?.split(','));
}

/** The value that counts for one resource: target's annotation, live's annotation, then the operation's option. */
export function effective(
  name: string,
  sides: { target?: Manifest | undefined; live?: Manifest | undefined; app: Options },
): string | undefined {
  return ownOptions(sides.target).get(name) ?? ownOptions(sides.live).get(name) ?? sides.app.get(name);
}
