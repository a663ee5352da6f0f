// `argosy admin settings resource-overrides list-actions|run-action`: what argocd-cm offers for an object, and what it does to it.
import { unified } from '../../core/diff/unified.js';
import { stableJson } from '../../core/hash.js';
import { toYaml } from '../../core/manifest/yaml.js';
import { nearest } from '../../core/nearest.js';
import { type ActionScripts, actionsOf } from '../../core/settings/actions.js';
import { UserError } from '../../domain/problem.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { type LuaActionOffer, type LuaImpact, luaAction, luaActions } from '../../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../../domain/wasm.js';
import { table } from '../output/table.js';
import type { Session } from '../session.js';
import { objectOf, settingsOf } from './files.js';

export async function listActions(session: Session): Promise<number> {
  const object = await objectOf(session, session.invocation.arg(0));
  const scripts = actionsOf((await settingsOf(session)).settings.customizations, object);
  const offers = scripts ? await session.ports.withScripts((core) => offersOf(core, scripts, object)) : [];
  if (session.printed(offers.map(({ name, disabled }) => ({ name, disabled })))) return 0;
  if (!scripts) session.io.out(notConfigured(object));
  else
    session.io.out(
      table(
        [
          { header: 'NAME', cell: (offer) => offer.name },
          { header: 'DISABLED', cell: (offer) => String(offer.disabled) },
        ],
        offers,
      ),
    );
  return 0;
}

async function offersOf(core: ScriptCore, { discoveries, useOpenLibs }: ActionScripts, obj: Manifest): Promise<LuaActionOffer[]> {
  const offers = await said('list the actions', luaActions(core, { scripts: discoveries, obj, useOpenLibs }));
  return Object.values(offers).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function runAction(session: Session): Promise<number> {
  const { invocation, io, ports } = session;
  const object = await objectOf(session, invocation.arg(0));
  const name = invocation.args[1] ?? invocation.text('action');
  if (name === undefined) throw new UserError('name the action: run-action RESOURCE ACTION, or --action');
  const scripts = actionsOf((await settingsOf(session)).settings.customizations, object);
  if (!scripts) {
    io.out(notConfigured(object));
    return 0;
  }
  const script = scripts.definitions.get(name);
  if (script === undefined) throw new UserError(unknown(name, scripts, object));
  const impacts = await ports.withScripts((core) =>
    said(
      `run the action ${name}`,
      luaAction(core, { script, obj: object, parameters: invocation.pairs('param'), useOpenLibs: scripts.useOpenLibs }),
    ),
  );
  const [only] = impacts;
  const isPatch = impacts.length === 1 && only?.operation === 'patch';
  if (session.printed(isPatch ? only.object : impacts.map(({ operation, object: unstructuredObj }) => ({ operation, unstructuredObj }))))
    return 0;
  for (const impact of impacts) io.out(impactText(object, impact, name));
  return 0;
}

function impactText(before: Manifest, { operation, object }: LuaImpact, name: string): string {
  if (operation === 'create') return `Following resource was created:\n${toYaml(object)}\n`;
  if (stableJson(before) === stableJson(object)) return `No fields had been changed by action: \n${name}\n`;
  return `Following fields have been changed:\n\n${changedText(before, object)}`;
}

/** The two objects as a difference of their YAML. */
export function changedText(before: object, after: object): string {
  return `${unified(toYaml(before), toYaml(after), { from: 'before', to: 'after' }).join('\n')}\n`;
}

function notConfigured(object: Manifest): string {
  return `Actions are not configured for '${groupVersion(object.apiVersion).group}/${object.kind}'\n`;
}

function unknown(name: string, { definitions }: ActionScripts, object: Manifest): string {
  const known = [...definitions.keys()];
  const meant = nearest(name, known);
  return `cannot run ${name} on ${object.kind} ${object.metadata.name}: there is no such action${meant ? `; did you mean ${meant}?` : `; there are ${known.join(', ') || 'none'}`}`;
}

async function said<T>(doing: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CoreFailure) throw new UserError(`cannot ${doing}: ${error.message}`);
    throw error;
  }
}
