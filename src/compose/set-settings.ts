// What Argo CD's environment variables say of ApplicationSets; they win over argocd-cmd-params-cm, as there.
import type { EngineOptions } from '../engine/options.js';

type Settings = NonNullable<EngineOptions['setSettings']>;

export function setSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const newGlobbing = flag(env['ARGOCD_APPLICATIONSET_CONTROLLER_ENABLE_NEW_GIT_FILE_GLOBBING']);
  const hiddenDirectories = flag(env['ARGOCD_REPO_SERVER_INCLUDE_HIDDEN_DIRECTORIES']);
  return { ...(newGlobbing === undefined ? {} : { newGlobbing }), ...(hiddenDirectories === undefined ? {} : { hiddenDirectories }) };
}

function flag(text: string | undefined): boolean | undefined {
  if (text === undefined || text === '') return undefined;
  return /^(true|t|1)$/i.test(text);
}
