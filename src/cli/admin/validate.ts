// `argosy admin settings validate`: is argocd-cm as it should be, group by group, and what does it set?
import { actionsOf } from '../../core/settings/actions.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';
import { type SettingsFile, settingsOf } from './files.js';

interface Checked {
  readonly group: string;
  readonly valid: boolean;
  readonly summary: readonly string[];
}

type Check = (file: SettingsFile) => Omit<Checked, 'group'>;

const CHECKS: Readonly<Record<string, Check>> = {
  accounts: ({ data }) => {
    const names = new Set(Object.keys(data).flatMap((key) => /^accounts\.([^.]+)/.exec(key)?.[1] ?? []));
    return fine(`${names.size + 1} accounts`);
  },
  general: ({ data, problems }) => {
    const wrong = messagesOf(problems, (key) => !key.startsWith('resource.'));
    const sso = data['dex.config'] ? 'Dex is configured' : data['oidc.config'] ? 'OIDC is configured' : 'SSO is not configured';
    return wrong.length > 0 ? { valid: false, summary: wrong } : fine(sso, data['url'] ? `URL is ${data['url']}` : 'URL is not configured');
  },
  kustomize: ({ data }) => {
    const versions = Object.keys(data).filter((key) => /^kustomize\.(path|version)\./.test(key)).length;
    const options = data['kustomize.buildOptions'] ? `default options: ${data['kustomize.buildOptions']}` : 'default options';
    return fine(options, `${versions} versions`);
  },
  'resource-overrides': (file) => {
    const wrong = [...messagesOf(file.problems, (key) => key.startsWith('resource.')), ...actionMistakes(file)];
    return wrong.length > 0 ? { valid: false, summary: wrong } : fine(`${file.settings.customizations.length} resource overrides`);
  },
};

export async function settingsValidate(session: Session): Promise<number> {
  const { invocation, io } = session;
  if (invocation.text('argocd-cm-path') === undefined) throw new UserError('say which settings: --argocd-cm-path FILE');
  const file = await settingsOf(session);
  const asked = invocation.list('group');
  const unknown = asked.find((group) => !(group in CHECKS));
  if (unknown !== undefined) throw new UserError(`there is no group ${unknown}; there are ${Object.keys(CHECKS).join(', ')}`);
  const checked = Object.entries(CHECKS)
    .filter(([group]) => asked.length === 0 || asked.includes(group))
    .map(([group, check]): Checked => ({ group, ...check(file) }));
  if (!session.printed(checked))
    io.out(checked.map(({ group, valid, summary }) => `${valid ? '✅' : '❌'} ${group}\n${summary.join('\n')}\n`).join('\n'));
  return checked.every(({ valid }) => valid) ? 0 : 1;
}

function fine(...summary: readonly string[]): Omit<Checked, 'group'> {
  return { valid: true, summary };
}

function messagesOf(problems: SettingsFile['problems'], mine: (key: string) => boolean): string[] {
  return problems.filter(({ place }) => mine((place?.object ?? '').replace('argocd-cm/', ''))).map(({ message }) => message);
}

/** The YAML inside `actions` is read only when it is used; here it is tried. */
function actionMistakes({ settings: { customizations } }: SettingsFile): string[] {
  return customizations.flatMap(({ group, kind, actions }) => {
    if (actions === undefined) return [];
    try {
      actionsOf(customizations, { apiVersion: group === '' ? 'v1' : `${group}/v1`, kind });
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [error.message];
    }
  });
}
