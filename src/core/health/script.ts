// Which Lua script of argocd-cm judges an object (behaviour 2.4, "Health lookup order"): that of its very kind before one of a wildcard.
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { globMatches } from '../glob.js';
import type { Customization } from '../settings/customizations.js';

export interface HealthScript {
  readonly script: string;
  readonly useOpenLibs: boolean;
}

/** undefined where argocd-cm says nothing about the health of the kind. */
export function healthScriptOf(
  customizations: readonly Customization[],
  object: Pick<Manifest, 'apiVersion' | 'kind'>,
): HealthScript | undefined {
  const { group } = groupVersion(object.apiVersion);
  const judging = customizations.filter(({ healthLua }) => healthLua !== undefined && healthLua !== '');
  const found =
    judging.find((each) => each.group === group && each.kind === object.kind) ??
    judging.find((each) => globMatches(each.group, group) && globMatches(each.kind, object.kind));
  return found?.healthLua === undefined ? undefined : { script: found.healthLua, useOpenLibs: found.useOpenLibs === true };
}
