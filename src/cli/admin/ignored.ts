// `argosy admin settings resource-overrides ignore-differences|ignore-resource-updates`: what the rules take out of an object.
import { parsePointer, withoutPointer } from '../../core/diff/pointer.js';
import { globMatches } from '../../core/glob.js';
import { stableJson } from '../../core/hash.js';
import type { Customization, IgnoreFields } from '../../core/settings/customizations.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { jqDelete } from '../../domain/scripts.js';
import { CoreFailure } from '../../domain/wasm.js';
import type { Session } from '../session.js';
import { changedText } from './actions.js';
import { objectOf, settingsOf } from './files.js';

type Which = 'ignoreDifferences' | 'ignoreResourceUpdates';

export function ignoredDifferences(session: Session): Promise<number> {
  return show(session, 'ignoreDifferences', 'Ignore differences');
}

export function ignoredUpdates(session: Session): Promise<number> {
  return show(session, 'ignoreResourceUpdates', 'Ignore resource updates');
}

async function show(session: Session, which: Which, title: string): Promise<number> {
  const object = await objectOf(session, session.invocation.arg(0));
  const rules = rulesOf((await settingsOf(session)).settings.customizations, object, which);
  const isConfigured = rules.some(({ jsonPointers, jqPathExpressions }) => jsonPointers.length + jqPathExpressions.length > 0);
  const { after, errors } = await without(session, object, rules);
  const changed = stableJson(object) !== stableJson(after);
  if (session.printed({ configured: isConfigured, changed, errors, object: after })) return 0;
  const { io } = session;
  for (const error of errors) io.err(`argosy: ${error}\n`);
  if (!isConfigured) io.out(`${title} are not configured for '${groupVersion(object.apiVersion).group}/${object.kind}'\n`);
  else if (!changed) io.out(`No fields are ignored by ${which} settings: \n${JSON.stringify(rules)}\n`);
  else io.out(`Following fields are ignored:\n\n${changedText(object, after)}`);
  return 0;
}

function rulesOf(customizations: readonly Customization[], object: Manifest, which: Which): IgnoreFields[] {
  const { group } = groupVersion(object.apiVersion);
  return customizations
    .filter((each) => globMatches(each.group, group) && globMatches(each.kind, object.kind))
    .flatMap((each) => each[which] ?? []);
}

async function without(
  session: Session,
  object: Manifest,
  rules: readonly IgnoreFields[],
): Promise<{ readonly after: object; readonly errors: readonly string[] }> {
  const errors: string[] = [];
  let after: unknown = object;
  for (const text of rules.flatMap(({ jsonPointers }) => jsonPointers)) {
    const tokens = parsePointer(text);
    if (tokens === undefined) errors.push(`"${text}" is not a JSON pointer such as /spec/replicas; rule ignored`);
    else after = withoutPointer(after, tokens);
  }
  const expressions = rules.flatMap(({ jqPathExpressions }) => jqPathExpressions);
  if (expressions.length === 0) return { after: after as object, errors };
  try {
    const answer = await session.ports.withScripts((core) => jqDelete(core, { expressions, objects: [after as Record<string, unknown>] }));
    errors.push(...answer.errors.map(({ expression, error }) => `jq ${expression}: ${error}; rule ignored`));
    return { after: answer.objects[0] ?? (after as object), errors };
  } catch (error) {
    if (!(error instanceof CoreFailure)) throw error;
    return { after: after as object, errors: [...errors, error.message] };
  }
}
