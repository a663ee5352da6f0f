// `actions` of a customization: which actions a kind offers, and the scripts behind them (behaviour 2.5).
import type { Manifest } from '../../domain/resource.js';
import { groupVersion } from '../../domain/resource.js';
import { BUILT_IN_ACTIONS } from '../actions/built-in.js';
import { globMatches } from '../glob.js';
import { parseYaml } from '../manifest/yaml.js';
import { isRecord } from '../merge/record.js';
import type { Customization } from './customizations.js';

export interface ActionScripts {
  /** In the order in which they win: an action that two of them offer is the first one's. */
  readonly discoveries: readonly string[];
  /** Scripts by the names of the actions. */
  readonly definitions: ReadonlyMap<string, string>;
  readonly useOpenLibs: boolean;
}

/** What argocd-cm offers for an object; undefined where it says nothing about the actions of its kind. Throws UserError for YAML that cannot be read. */
export function actionsOf(
  customizations: readonly Customization[],
  object: Pick<Manifest, 'apiVersion' | 'kind'>,
): ActionScripts | undefined {
  const { group } = groupVersion(object.apiVersion);
  const offering = customizations.filter(({ actions }) => actions !== undefined && actions !== '');
  const found =
    offering.find((each) => each.group === group && each.kind === object.kind) ??
    offering.find((each) => globMatches(each.group, group) && globMatches(each.kind, object.kind));
  if (found?.actions === undefined) return undefined;
  const value = parseYaml(found.actions, `argocd-cm/actions of ${group === '' ? '' : `${group}/`}${object.kind}`);
  const own = isRecord(value) ? value : {};
  const builtIn = own['mergeBuiltinActions'] === true ? builtInActions(object) : undefined;
  const discovery = own['discovery.lua'];
  return {
    discoveries: [...(typeof discovery === 'string' ? [discovery] : []), ...(builtIn?.discoveries ?? [])],
    definitions: new Map([...(builtIn?.definitions ?? []), ...definitionsOf(own['definitions'])]),
    useOpenLibs: found.useOpenLibs === true,
  };
}

/** What is built in for the kind; undefined where nothing is. */
export function builtInActions(object: Pick<Manifest, 'apiVersion' | 'kind'>): ActionScripts | undefined {
  const { group } = groupVersion(object.apiVersion);
  const found = BUILT_IN_ACTIONS.find((each) => each.group === group && each.kinds.includes(object.kind));
  return found && { discoveries: [found.discovery], definitions: new Map(Object.entries(found.actions)), useOpenLibs: true };
}

function definitionsOf(value: unknown): [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).flatMap((each): [string, string][] => {
    const [name, script] = [each['name'], each['action.lua']];
    return typeof name === 'string' && typeof script === 'string' ? [[name, script]] : [];
  });
}
