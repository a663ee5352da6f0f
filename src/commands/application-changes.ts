// The words and flags of `argosy app create`, `set`, `unset` and `actions`: what changes an application, or something that it has live.
import { APP, REVISION } from './application-words.js';
import type { CliForm, Flag } from './command.js';
import { APP_NAMESPACE, output, text, toggle } from './flags.js';
import { SOURCE_FLAGS, SOURCE_POSITION, UNSET_FLAGS } from './source-flags.js';

/** What `app create` and `app set` write into an Application. */
const SPEC_FLAGS: readonly Flag[] = [
  { name: 'repo', type: 'list', value: 'URL', description: 'Repository of the manifests' },
  text('path', 'PATH', 'Folder in the repository'),
  REVISION,
  text('dest-server', 'URL', 'URL of the destination cluster'),
  text('dest-name', 'NAME', 'Name of the destination cluster'),
  text('dest-namespace', 'NAMESPACE', 'Namespace for resources that name none'),
  text('project', 'NAME', 'Project (default: default)'),
  {
    name: 'sync-policy',
    type: 'string',
    values: ['none', 'manual', 'auto', 'automated', 'automatic'],
    description: 'Whether it syncs by itself',
  },
  toggle('auto-prune', 'Automated sync deletes what Git no longer has'),
  toggle('self-heal', 'Automated sync also undoes changes made in the cluster'),
  toggle('allow-empty', 'Automated sync may leave nothing'),
  { name: 'sync-option', type: 'list', value: 'NAME=VALUE', description: 'Sync option (repeatable)' },
  { name: 'label', short: 'l', type: 'list', value: 'NAME=VALUE', description: 'Label of the application (repeatable)' },
  { name: 'annotations', type: 'list', value: 'NAME=VALUE', description: 'Annotation of the application (repeatable)' },
  toggle('set-finalizer', 'Deleting the application also deletes its resources'),
  toggle('directory-recurse', 'Take sub-folders as well'),
  text('directory-include', 'GLOB', 'Only these files'),
  text('directory-exclude', 'GLOB', 'Not these files'),
  { name: 'revision-history-limit', type: 'integer', value: 'NUMBER', description: 'Entries of status.history to keep' },
  ...SOURCE_FLAGS,
];

export const APP_CREATE: CliForm = {
  words: ['app', 'create'],
  args: [{ name: 'NAME', required: false, description: 'Name of the application' }],
  flags: [
    {
      name: 'file',
      short: 'f',
      type: 'string',
      value: 'FILE',
      description: 'Application manifest, or - for standard input; flags override it',
    },
    toggle('upsert', 'Replace an application whose spec is different'),
    ...SPEC_FLAGS,
    APP_NAMESPACE,
  ],
};

export const APP_SET: CliForm = {
  words: ['app', 'set'],
  args: [APP],
  flags: [...SPEC_FLAGS, SOURCE_POSITION, APP_NAMESPACE],
  examples: ['argosy app set payments --kustomize-image api=registry.example.org/api:1.4.2', 'argosy app set web -p replicas=3'],
};

export const APP_UNSET: CliForm = {
  words: ['app', 'unset'],
  args: [APP],
  flags: [...UNSET_FLAGS, SOURCE_POSITION, APP_NAMESPACE],
  examples: ['argosy app unset web -p replicas --values prod.yaml'],
};

const MEANT: readonly Flag[] = [
  text('group', 'GROUP', 'Only objects of this group'),
  text('kind', 'KIND', 'Only objects of this kind'),
  text('namespace', 'NAMESPACE', 'Only objects of this namespace'),
  text('resource-name', 'NAME', 'Only the object of this name'),
  APP_NAMESPACE,
];
export const APP_ACTIONS_LIST: CliForm = {
  words: ['app', 'actions', 'list'],
  args: [APP],
  flags: [...MEANT, output('table', 'wide', 'json', 'yaml')],
};
export const APP_ACTIONS_RUN: CliForm = {
  words: ['app', 'actions', 'run'],
  args: [APP, { name: 'ACTION', required: true, description: 'name of the action' }],
  flags: [
    ...MEANT,
    toggle('all', 'On all objects that match, not only on one'),
    { name: 'param', type: 'list', value: 'NAME=VALUE', description: 'Parameter of the action (repeatable)' },
  ],
  examples: [
    'argosy app actions run web restart --kind Deployment',
    'argosy app actions run web scale --kind Deployment --param replicas=3',
  ],
};
