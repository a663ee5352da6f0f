// The words and flags of `argosy app ...`: those that Argo CD's users type.
import type { Argument, CliForm, Flag } from './command.js';
import { APP_NAMESPACE, output, PROJECT, SELECTOR, TIMEOUT, text, toggle, YES } from './flags.js';

export const APP: Argument = { name: 'APP', required: true, description: 'name, namespace/name or name@cluster' };
const APPS: Argument = { name: 'APP', required: false, many: true, description: 'name, namespace/name or name@cluster' };
export const REVISION = text('revision', 'REVISION', 'This revision instead of spec.source.targetRevision');
const REVISIONS: readonly Flag[] = [
  { name: 'revisions', type: 'list', value: 'REVISION', description: 'A revision for the source at the same place of --source-positions' },
  { name: 'source-positions', type: 'list', value: 'NUMBER', description: 'Sources that --revisions are for, counted from 1' },
];
const LOCAL = text('local', 'DIR', 'Take the manifests from this folder instead of from Git');
const REFRESH = [
  { ...toggle('refresh', 'Look at Git and the cluster again first'), short: 'r' },
  toggle('hard-refresh', 'The same, and render anew without any cache'),
];

export const APP_LIST: CliForm = {
  words: ['app', 'list'],
  args: [],
  flags: [
    output('table', 'wide', 'json', 'yaml', 'name'),
    SELECTOR,
    PROJECT,
    { name: 'repo', short: 'r', type: 'list', value: 'URL', description: 'Applications from this repository; URL=PATH is the global flag' },
    { name: 'cluster', short: 'c', type: 'string', value: 'CLUSTER', description: 'Applications of this cluster, by name or URL' },
    { name: 'path', short: 'P', type: 'string', value: 'PATH', description: 'Applications with this path' },
    {
      name: 'query',
      short: 'q',
      type: 'string',
      value: 'QUERY',
      description: "The screen's filter language: 'health:degraded cluster:prod-*'",
    },
    APP_NAMESPACE,
  ],
  examples: ["argosy app list -q 'health:degraded cluster:prod-*'", 'argosy app list -o name -l team=pay'],
};

export const APP_GET: CliForm = {
  words: ['app', 'get'],
  args: [APP],
  flags: [
    output('table', 'wide', 'json', 'yaml', 'tree'),
    APP_NAMESPACE,
    ...REFRESH,
    toggle('show-operation', 'Show the last operation'),
    toggle('show-params', 'Show the parameters of its sources'),
  ],
};

export const APP_DELETE: CliForm = {
  words: ['app', 'delete'],
  args: [APPS],
  flags: [
    { name: 'cascade', type: 'boolean', default: true, description: 'Delete its resources as well; --cascade=false leaves them' },
    {
      name: 'propagation-policy',
      short: 'p',
      type: 'string',
      values: ['foreground', 'background'],
      default: 'foreground',
      description: 'How dependents are deleted',
    },
    SELECTOR,
    YES,
    toggle('wait', 'Wait until it is gone'),
    APP_NAMESPACE,
  ],
};

export const APP_DIFF: CliForm = {
  words: ['app', 'diff'],
  args: [APP],
  flags: [
    REVISION,
    ...REVISIONS,
    LOCAL,
    ...REFRESH,
    { name: 'exit-code', type: 'boolean', default: true, description: 'Exit with 1 where there is a difference' },
    { name: 'diff-exit-code', type: 'integer', value: 'CODE', default: 1, description: 'That exit code' },
    toggle('server-side-diff', 'Ask the cluster, by a dry run, what an apply would change'),
    APP_NAMESPACE,
  ],
  exits: '0 no difference, 1 a difference, 2 an error',
};

export const APP_SYNC: CliForm = {
  words: ['app', 'sync'],
  args: [APPS],
  flags: [
    REVISION,
    toggle('prune', 'Delete what Git no longer has'),
    toggle('dry-run', 'Show what would be done and change nothing'),
    { name: 'resource', type: 'list', value: '[!]GROUP:KIND:[NS/]NAME', description: 'Only this resource; ! leaves it out (repeatable)' },
    toggle('force', 'Delete and create again where an object cannot be changed'),
    toggle('replace', 'Replace objects instead of applying them'),
    toggle('server-side', 'Apply on the server side'),
    { name: 'strategy', type: 'string', values: ['apply', 'hook'], description: 'apply leaves hooks out' },
    toggle('apply-out-of-sync-only', 'Write only what differs'),
    LOCAL,
    SELECTOR,
    PROJECT,
    APP_NAMESPACE,
    toggle('async', 'Do not wait until it is done'),
    TIMEOUT,
    { name: 'retry-limit', type: 'integer', value: 'NUMBER', description: 'Try a failed sync again so often; -1 for ever' },
    {
      name: 'retry-backoff-duration',
      type: 'duration',
      value: 'TIME',
      description: 'Wait this long before the first retry',
      default: '5s',
    },
    { name: 'retry-backoff-factor', type: 'integer', value: 'NUMBER', description: 'Each retry waits so many times longer', default: 2 },
    { name: 'retry-backoff-max-duration', type: 'duration', value: 'TIME', description: 'Never wait longer than this', default: '3m' },
    { name: 'info', type: 'list', value: 'NAME=VALUE', description: 'Kept with the operation (repeatable)' },
    text('approve', 'HASH', 'Approve the plan with this hash along with the sync'),
    output('table', 'wide', 'json', 'yaml', 'tree'),
  ],
  exits: '0 succeeded, 1 failed or waiting for an approval',
  examples: ['argosy app sync payments --dry-run', 'argosy app sync payments --prune --resource apps:Deployment:api'],
};

export const APP_WAIT: CliForm = {
  words: ['app', 'wait'],
  args: [APPS],
  flags: [
    toggle('sync', 'Until it is Synced'),
    toggle('health', 'Until it is Healthy'),
    toggle('operation', 'Until no operation runs'),
    toggle('suspended', 'Suspended is good enough'),
    toggle('degraded', 'Until it is Degraded'),
    toggle('delete', 'Until it is gone'),
    { name: 'resource', type: 'list', value: 'GROUP:KIND:[NS/]NAME', description: 'Look at these resources only (repeatable)' },
    SELECTOR,
    APP_NAMESPACE,
    TIMEOUT,
    output('table', 'wide', 'json', 'yaml', 'tree'),
  ],
  exits: '0 reached, 1 timed out or, with --health, became Degraded',
};

export const APP_HISTORY: CliForm = {
  words: ['app', 'history'],
  args: [APP],
  flags: [output('table', 'wide', 'id', 'json', 'yaml'), APP_NAMESPACE],
};

export const APP_ROLLBACK: CliForm = {
  words: ['app', 'rollback'],
  args: [
    APP,
    { name: 'ID', required: false, description: 'Id of `app history`, or #N for an operation; without it the one before the newest' },
  ],
  flags: [
    toggle('pin', 'Keep it so, also under automated sync, until what Git renders differs from what was skipped'),
    toggle('prune', 'Delete what was not there then'),
    toggle('dry-run', 'Show what would be done and change nothing'),
    toggle('async', 'Do not wait until it is done'),
    TIMEOUT,
    text('approve', 'HASH', 'Approve the plan with this hash along with the rollback'),
    APP_NAMESPACE,
    output('table', 'wide', 'json', 'yaml', 'tree'),
  ],
};

export const APP_MANIFESTS: CliForm = {
  words: ['app', 'manifests'],
  args: [APP],
  flags: [
    { name: 'source', type: 'string', values: ['git', 'live'], default: 'git', description: 'What Git wants, or what the cluster has' },
    REVISION,
    ...REVISIONS,
    LOCAL,
    APP_NAMESPACE,
    output('yaml', 'json'),
  ],
};

export const APP_RESOURCES: CliForm = {
  words: ['app', 'resources'],
  args: [APP],
  flags: [output('table', 'wide', 'tree', 'json', 'yaml', 'name'), APP_NAMESPACE],
};

export const APP_TERMINATE: CliForm = { words: ['app', 'terminate-op'], args: [APP], flags: [APP_NAMESPACE] };
export const APP_WHY: CliForm = { words: ['app', 'why'], args: [APP], flags: [APP_NAMESPACE] };
