// Ignore rules of an application and of argocd-cm, compiled once: what they name is taken out of both sides (behaviour 2.4).
import type { ApplicationSpec, IgnoreDifference } from '../../domain/application.js';
import type { Problem } from '../../domain/problem.js';
import type { Manifest, ResourceKey } from '../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { globMatches } from '../glob.js';
import { EMPTY, type FieldSet, union } from '../merge/field-set.js';
import { managersOf } from '../merge/managers.js';
import type { ComparisonSettings } from '../settings.js';
import { type JqAnswers, withoutJq } from './jq-needs.js';
import { withoutMembers } from './members.js';
import { parsePointer, withoutPointer } from './pointer.js';
import { parseSimplePath, withoutSimplePath } from './simple-path.js';

interface Rule {
  readonly group: string;
  readonly kind: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly removals: readonly ((object: unknown, jq: JqAnswers | undefined) => unknown)[];
  readonly managers: readonly string[];
}

export interface IgnoreRules {
  readonly rules: readonly Rule[];
  /** Rules that cannot be followed; they are ignored, and said. */
  readonly problems: readonly Problem[];
}

const NO_RULES: IgnoreDifference[] = [];
const compiled = new WeakMap<ComparisonSettings, WeakMap<object, IgnoreRules>>();

/** The rules that count for an application; compiled once for the same settings and spec. */
export function ignoreRulesOf(spec: ApplicationSpec, settings: ComparisonSettings): IgnoreRules {
  const own = spec.ignoreDifferences ?? NO_RULES;
  let bySpec = compiled.get(settings);
  if (!bySpec) {
    bySpec = new WeakMap();
    compiled.set(settings, bySpec);
  }
  let rules = bySpec.get(own);
  if (!rules) {
    rules = compile(own, settings);
    bySpec.set(own, rules);
  }
  return rules;
}

function compile(own: readonly IgnoreDifference[], settings: ComparisonSettings): IgnoreRules {
  const problems: Problem[] = [];
  const global = settings.customizations.flatMap(({ group, kind, ignoreDifferences }): Written[] =>
    ignoreDifferences ? [{ group, kind, ...ignoreDifferences, where: `argocd-cm ignoreDifferences of ${group}/${kind}` }] : [],
  );
  const written = own.map((rule, i): Written => ({ ...rule, where: `spec.ignoreDifferences[${i}]` }));
  return { rules: [...global, ...written].map((rule) => compileRule(rule, problems)), problems };
}

type Written = {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly jsonPointers?: readonly string[];
  readonly jqPathExpressions?: readonly string[];
  readonly managedFieldsManagers?: readonly string[];
  readonly where: string;
};

function compileRule(rule: Written, problems: Problem[]): Rule {
  const complain = (message: string) =>
    problems.push({ type: 'UnknownFieldWarning', message: `${rule.where}: ${message}; rule ignored`, place: { object: rule.where } });
  const pointers = (rule.jsonPointers ?? []).flatMap((text) => {
    const tokens = parsePointer(text);
    if (tokens === undefined) complain(`"${text}" is not a JSON pointer such as /spec/replicas`);
    return tokens === undefined ? [] : [(object: unknown) => withoutPointer(object, tokens)];
  });
  const paths = (rule.jqPathExpressions ?? []).flatMap((text) => {
    const path = parseSimplePath(text);
    if (path !== undefined) return [(object: unknown) => withoutSimplePath(object, path)];
    return [(object: unknown, jq: JqAnswers | undefined) => withoutJq(object, text, jq)];
  });
  return {
    group: rule.group ?? '',
    kind: rule.kind,
    name: rule.name || undefined,
    namespace: rule.namespace || undefined,
    removals: [...pointers, ...paths],
    managers: rule.managedFieldsManagers ?? [],
  };
}

/** What the rules for one object take out, as a function for both sides; undefined where no rule is for it. */
export function ignoredIn(
  { rules }: IgnoreRules,
  key: ResourceKey,
  context: { readonly live: Manifest; readonly table: TypeTable; readonly type: TypeNode; readonly jq?: JqAnswers },
): ((object: Manifest) => Manifest) | undefined {
  const matching = rules.filter((rule) => appliesTo(rule, key));
  if (matching.length === 0) return undefined;
  const owned = ownedBy(
    matching.flatMap(({ managers }) => managers),
    context.live,
  );
  return (object) => {
    const left = owned === EMPTY ? object : withoutMembers(context.table, context.type, object, owned);
    return matching.flatMap(({ removals }) => removals).reduce((value, remove) => remove(value, context.jq), left as unknown) as Manifest;
  };
}

function appliesTo(rule: Rule, { group, kind, namespace, name }: ResourceKey): boolean {
  if (rule.name !== undefined && rule.name !== name) return false;
  if (rule.namespace !== undefined && rule.namespace !== namespace) return false;
  return globMatches(rule.group, group) && globMatches(rule.kind, kind);
}

function ownedBy(names: readonly string[], live: Manifest): FieldSet {
  if (names.length === 0) return EMPTY;
  return managersOf(live)
    .filter(({ entry }) => names.includes(entry.manager ?? ''))
    .reduce((all, { set }) => union(all, set), EMPTY);
}
