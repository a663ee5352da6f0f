// `argosy admin settings resource-overrides health RESOURCE`: an object judged as the engine would judge it.
import { healthOf } from '../../core/health/health.js';
import { healthScriptOf } from '../../core/health/script.js';
import type { ComparisonSettings } from '../../core/settings.js';
import type { Health, HealthStatusCode } from '../../domain/application.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { luaHealth } from '../../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../../domain/wasm.js';
import type { CliPorts } from '../ports.js';
import type { Session } from '../session.js';
import { objectOf, settingsOf } from './files.js';

export async function overrideHealth(session: Session): Promise<number> {
  const object = await objectOf(session, session.invocation.arg(0));
  const { settings } = await settingsOf(session);
  const judge = await judgeOf(session.ports, settings, [object]);
  const health = judge(object);
  if (session.printed(health ?? {})) return 0;
  session.io.out(
    health ? `STATUS: ${health.status}\nMESSAGE: ${health.message ?? ''}\n` : `Health script is not configured for '${kindText(object)}'\n`,
  );
  return 0;
}

/** Judges these objects; scripts are run once, before. A script that fails makes its object Unknown with its message. */
export async function judgeOf(
  ports: Pick<CliPorts, 'withScripts'>,
  settings: ComparisonSettings,
  objects: readonly Manifest[],
): Promise<(object: Manifest) => Health | undefined> {
  const judged = new Map<Manifest, Health | undefined>();
  const scripted = objects.filter((object) => !object.metadata.deletionTimestamp && healthScriptOf(settings.customizations, object));
  if (scripted.length > 0)
    await ports.withScripts(async (core) => {
      for (const object of scripted) judged.set(object, await byScript(core, settings, object));
    });
  return (object) => (judged.has(object) ? judged.get(object) : healthOf(object));
}

async function byScript(core: ScriptCore, settings: ComparisonSettings, object: Manifest): Promise<Health | undefined> {
  const found = healthScriptOf(settings.customizations, object);
  if (!found) return undefined;
  try {
    const { status, message } = await luaHealth(core, { script: found.script, obj: object, useOpenLibs: found.useOpenLibs });
    return status === undefined ? undefined : { status: status as HealthStatusCode, ...(message ? { message } : {}) };
  } catch (error) {
    if (!(error instanceof CoreFailure)) throw error;
    return { status: 'Unknown', message: error.message };
  }
}

/** 'apps/v1, Kind=Deployment' */
function kindText(object: Manifest): string {
  const { group, version } = groupVersion(object.apiVersion);
  return `${group === '' ? `/${version}` : `${group}/${version}`}, Kind=${object.kind}`;
}
