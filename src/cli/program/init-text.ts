// Answers -> the text of a small argosy.yaml.

export interface InitAnswers {
  readonly fleet: string;
  readonly contexts: readonly string[];
  readonly sandboxes: readonly string[];
  readonly inCluster: string | undefined;
  readonly mode: 'observe' | 'act';
  readonly data: string | undefined;
  readonly kubeconfig: string | undefined;
}

export function initText(answers: InitAnswers): string {
  const { fleet, contexts, sandboxes, inCluster, mode, data, kubeconfig } = answers;
  const lines = ['# `argosy help config` shows every key.', `fleet: ${quoted(fleet)}`];
  if (kubeconfig !== undefined) lines.push(`kubeconfig: ${quoted(kubeconfig)}`);
  if (contexts.length > 0) lines.push('contexts:', ...contexts.map((context) => `  - ${quoted(context)}`));
  if (sandboxes.length > 0) lines.push('clusters:', ...sandboxes.flatMap((name) => [`  ${quoted(name)}:`, '    sandbox: true']));
  if (inCluster) lines.push(`inCluster: ${quoted(inCluster)}`);
  lines.push('hub: embedded');
  lines.push('# A real cluster is only observed until `argosy act CONTEXT`; observe here would forbid even that.', `mode: ${mode}`);
  if (data !== undefined) lines.push(`data: ${quoted(data)}`);
  return `${lines.join('\n')}\n`;
}

/** Plain where YAML reads it as the same text, else in double quotes. */
function quoted(text: string): string {
  return /^[A-Za-z/.~][\w./:@~-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|~)$/i.test(text) && !text.endsWith(':')
    ? text
    : JSON.stringify(text);
}
