// What works on files alone: settings of argocd-cm tried on objects, and a whole comparison. No cluster, no hub, no argosy.yaml.
import type { Argument, CliForm, Command, Flag } from './command.js';
import { output, text, toggle } from './flags.js';

const SETTINGS: Flag = text('argocd-cm-path', 'FILE', 'The ConfigMap argocd-cm');
const RESOURCE: Argument = { name: 'RESOURCE', required: true, description: 'file with one object' };
const FORMS = output('text', 'json', 'yaml');

export const ADMIN: readonly Command[] = [
  verb('render', 'Render', 'Print what an Application, or a folder as its source, would render; no cluster and no hub is needed', {
    words: ['render'],
    args: [{ name: 'DIR|APP', required: true, description: 'a folder, or the file of an Application (- is standard input)' }],
    flags: [
      text('name', 'NAME', 'Name of the application (default: of the folder)'),
      text('namespace', 'NAMESPACE', 'Namespace of the destination, for a folder'),
      { name: 'values', type: 'list', value: 'FILE', description: 'Value file below the folder (repeatable)' },
      { name: 'set', type: 'list', value: 'NAME=VALUE', description: 'Helm parameter (repeatable)' },
      text('release-name', 'NAME', 'Release name'),
      text('kube-version', 'VERSION', 'Version of Kubernetes that charts see'),
      { name: 'api-versions', type: 'list', value: 'VERSION,...', description: 'API versions that charts see' },
      text('build-options', 'OPTIONS', 'Options of kustomize build'),
      toggle('prepared', 'As they would be applied: with namespaces and tracking marks'),
      toggle('explain', 'Say which file or parameter each value of a chart came from, instead'),
      output('yaml', 'json', 'name'),
    ],
    examples: ['argosy render app.yaml --repo https://git.example.org/org/repo=./repo', 'argosy render ./chart --set replicas=3'],
  }),
  verb('admin.settings.validate', 'Check settings', 'Check argocd-cm and say what it sets', {
    words: ['admin', 'settings', 'validate'],
    args: [],
    flags: [
      SETTINGS,
      { name: 'group', type: 'list', value: 'NAME,...', description: 'Only these groups of settings' },
      output('text', 'json'),
    ],
    exits: '0 all is valid, 1 something is not',
  }),
  override('health', 'Health of an object', 'Judge an object by the health script of argocd-cm, or by what is built in'),
  override('ignore-differences', 'Ignored differences', 'Show which fields of an object ignoreDifferences takes out'),
  override('ignore-resource-updates', 'Ignored updates', 'Show which fields of an object ignoreResourceUpdates takes out'),
  override('list-actions', 'Actions of an object', 'List the actions that argocd-cm offers for an object'),
  verb(
    'admin.settings.resource-overrides.run-action',
    'Run an action',
    'Run an action of argocd-cm on an object and show what it changes',
    {
      words: ['admin', 'settings', 'resource-overrides', 'run-action'],
      args: [RESOURCE, { name: 'ACTION', required: false, description: 'name of the action' }],
      flags: [
        SETTINGS,
        text('action', 'NAME', 'Name of the action'),
        { name: 'param', type: 'list', value: 'NAME=VALUE', description: 'Parameter of the action (repeatable)' },
        FORMS,
      ],
    },
  ),
  verb('admin.diff', 'Compare files', 'Compare target manifests with live ones as the engine would: sync, health, every resource', {
    words: ['admin', 'diff'],
    args: [],
    flags: [
      text('app', 'FILE', 'The Application'),
      text('target', 'DIR', 'Folder (or file) of the manifests that Git wants'),
      text('live', 'DIR', 'Folder (or file) of the live objects'),
      SETTINGS,
      FORMS,
    ],
    exits: '0 no difference, 1 differences, 2 an error',
    examples: ['argosy admin diff --app app.yaml --target ./target --live ./live -o json'],
  }),
];

function override(word: string, title: string, description: string): Command {
  return verb(`admin.settings.resource-overrides.${word}`, title, description, {
    words: ['admin', 'settings', 'resource-overrides', word],
    args: [RESOURCE],
    flags: [SETTINGS, FORMS],
  });
}

function verb(id: string, title: string, description: string, cli: CliForm): Command {
  return { id, title, description, scope: 'global', palette: false, cli };
}
