// Flags that mean the same on several commands, and those that every command takes.
import type { Flag } from './command.js';

/** They choose the world that a command works on; each overrides the same key of argosy.yaml. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  text('config', 'FILE', 'Read this argosy.yaml instead of ./argosy.yaml or $XDG_CONFIG_HOME/argosy/argosy.yaml'),
  text('fleet', 'DIR|URL', 'Directory or Git repository of Argo CD manifests; URL#REVISION:PATH chooses revision and path'),
  { name: 'sandbox', type: 'list', value: 'NAME,...', description: 'Use simulated clusters of these names; in-cluster is a name as well' },
  text('data', 'DIR', 'Keep state in this folder instead of $XDG_STATE_HOME/argosy/<fleet>'),
  { name: 'repo', type: 'list', value: 'URL=PATH', description: 'Take the repository URL from a local path (repeatable)' },
  text('kubeconfig', 'FILE', 'Read cluster contexts from this kubeconfig instead of $KUBECONFIG or ~/.kube/config'),
  { name: 'context', type: 'list', value: 'GLOB,...', description: 'Use these kubeconfig contexts as clusters' },
  { name: 'mode', type: 'string', values: ['observe', 'act'], description: 'observe: never write to a real cluster, whatever was granted' },
  { name: 'plugin', type: 'list', value: 'FILE', description: 'Run the config management plugins of this file or folder (repeatable)' },
  text('in-cluster', 'CLUSTER', 'The cluster that https://kubernetes.default.svc means'),
];

/** -o with the forms that the command knows. */
export function output(...forms: readonly string[]): Flag {
  return { name: 'output', short: 'o', type: 'string', value: 'FORM', values: forms, description: `Print as ${forms.join(', ')}` };
}

export function text(name: string, value: string, description: string): Flag {
  return { name, type: 'string', value, description };
}

export function toggle(name: string, description: string): Flag {
  return { name, type: 'boolean', description };
}

/** A boolean that is on unless --name=false is given. */
export function on(name: string, description: string): Flag {
  return { name, type: 'boolean', default: true, description };
}

export const SELECTOR: Flag = {
  name: 'selector',
  short: 'l',
  type: 'string',
  value: 'SELECTOR',
  description: "Applications with these labels: 'team=pay,tier!=db,env in (a,b),!legacy'",
};
export const PROJECT: Flag = {
  name: 'project',
  short: 'p',
  type: 'list',
  value: 'NAME,...',
  description: 'Applications of these projects',
};
export const APP_NAMESPACE: Flag = {
  name: 'app-namespace',
  short: 'N',
  type: 'string',
  value: 'NAMESPACE',
  description: 'Only applications whose object lies in this namespace',
};
export const YES: Flag = { name: 'yes', short: 'y', type: 'boolean', description: 'Do not ask' };
export const TIMEOUT: Flag = {
  name: 'timeout',
  type: 'duration',
  value: 'TIME',
  description: 'Give up after this long (seconds, or 90s, 5m); 0 waits for ever',
  default: 0,
};
