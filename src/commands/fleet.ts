// Clusters, projects, repositories, sets of applications, approvals, and what the engine may do.
import { APPLICATION_SETS } from './application-sets.js';
import type { Argument, CliForm, Command, Flag } from './command.js';
import { output, text, toggle, YES } from './flags.js';
import { needsCluster } from './refusals.js';
import { REPOSITORIES } from './repositories.js';

const CLUSTERS: Argument = {
  name: 'CONTEXT',
  required: true,
  many: true,
  description: "cluster or kubeconfig context; a glob ('stage-*') means those that match today",
};
const LIST = output('table', 'wide', 'json', 'yaml', 'name');

const DRIFT: readonly Flag[] = [
  text('since', 'TIME', 'Only what lasted until this long ago or later: 7d, 12h, or a date'),
  text('app', 'APP', 'Only of this application'),
  text('cluster', 'CLUSTER', 'Only on this cluster'),
];

export const FLEET: readonly Command[] = [
  read('cluster.list', 'List clusters', 'List clusters with their mode, connection and applications', {
    words: ['cluster', 'list'],
    args: [],
    flags: [output('table', 'wide', 'json', 'yaml', 'name', 'server')],
  }),
  read('cluster.add', 'Add cluster', 'Register a kubeconfig context as a cluster', {
    words: ['cluster', 'add'],
    args: [{ name: 'CONTEXT', required: true, description: 'kubeconfig context' }],
    flags: [
      text('name', 'NAME', 'Name of the cluster (default: the context)'),
      { name: 'label', type: 'list', value: 'NAME=VALUE', description: 'Label (repeatable)' },
      { name: 'annotation', type: 'list', value: 'NAME=VALUE', description: 'Annotation (repeatable)' },
      text('project', 'NAME', 'Only applications of this project may use it'),
      toggle('upsert', 'Replace a cluster of the same name'),
      YES,
    ],
  }),
  read('cluster.set', 'Set cluster', 'Change labels and annotations of a cluster; sets of applications follow at once', {
    words: ['cluster', 'set'],
    args: [{ name: 'NAME', required: true, description: 'name or URL' }],
    flags: [
      { name: 'label', type: 'list', value: 'NAME=VALUE|NAME-', description: 'Set a label, or take it away (repeatable)' },
      { name: 'annotation', type: 'list', value: 'NAME=VALUE|NAME-', description: 'Set an annotation, or take it away (repeatable)' },
    ],
    examples: ['argosy cluster set prod-eu --label tier=gold --label canary-'],
  }),
  read('cluster.rm', 'Remove cluster', 'Forget a cluster that was added; nothing in it is touched', {
    words: ['cluster', 'rm'],
    args: [{ name: 'NAME', required: true, description: 'name or URL' }],
    flags: [YES],
  }),
  read('proj.list', 'List projects', 'List projects', { words: ['proj', 'list'], args: [], flags: [LIST] }),
  read('proj.get', 'Project', 'Show one project', { words: ['proj', 'get'], args: [name('Project')], flags: [LIST] }),
  ...REPOSITORIES,
  ...APPLICATION_SETS,
  {
    ...read('approve', 'Approve a plan', 'Approve the plan with this hash; without one, list the plans that wait', {
      words: ['approve'],
      args: [{ name: 'HASH', required: false, description: 'hash of the plan, or its beginning' }],
      flags: [YES, output('table', 'json', 'yaml')],
    }),
    palette: true,
    dialog: true,
  },
  {
    ...read('cluster.act', 'Act', 'Allow writing to real clusters; bound to the very cluster that answers now', {
      words: ['act'],
      args: [CLUSTERS],
      flags: [YES],
      examples: ["argosy act 'stage-*'"],
    }),
    scope: 'cluster',
    palette: true,
    dialog: true,
    refuse: (target) =>
      needsCluster(target) ?? (target.cluster?.mode === 'act' ? `${target.cluster.key} is in act mode already` : undefined),
    intent: ({ cluster }, { actor }) => (cluster ? { kind: 'mode', clusters: [cluster.key], mode: 'act', actor } : undefined),
  },
  {
    ...read('cluster.observe', 'Observe', 'Stop writing to clusters; everything is still computed and shown', {
      words: ['observe'],
      args: [CLUSTERS],
      flags: [],
    }),
    scope: 'cluster',
    palette: true,
    refuse: (target) =>
      needsCluster(target) ?? (target.cluster?.mode === 'observe' ? `${target.cluster.key} is only observed already` : undefined),
    intent: ({ cluster }, { actor }) => (cluster ? { kind: 'mode', clusters: [cluster.key], mode: 'observe', actor } : undefined),
  },
  read('notify-commit', 'Notify of a commit', 'Make the running engine look at a repository at once', {
    words: ['notify-commit'],
    args: [{ name: 'URL', required: true, description: 'repository' }],
    flags: [],
  }),
  {
    ...read('fleet.refresh', 'Refresh all', 'Look at Git and every cluster again', undefined),
    palette: true,
    intent: () => ({ kind: 'refresh', hard: false }),
  },
  read('drift.list', 'Drift', 'Show who departed from Git, in which fields, for how long, and how it ended', {
    words: ['drift', 'list'],
    args: [],
    flags: [...DRIFT, toggle('open', 'Only what has not ended'), output('table', 'wide', 'json', 'yaml')],
    examples: ['argosy drift list --since 7d', 'argosy drift list --open --cluster prod-eu'],
  }),
  read('drift.export', 'Export drift', 'Write the ledger of drift to a file or to standard output', {
    words: ['drift', 'export'],
    args: [],
    flags: [
      { name: 'format', type: 'string', values: ['json', 'ndjson', 'csv'], default: 'json', description: 'Form' },
      ...DRIFT,
      text('output', 'FILE', 'Write to this file'),
    ],
    examples: ['argosy drift export --format csv --since 30d --output drift.csv'],
  }),
  read('history.export', 'Export history', 'Write the recorded operations to a file or to standard output', {
    words: ['history', 'export'],
    args: [],
    flags: [
      {
        name: 'format',
        type: 'string',
        values: ['json', 'ndjson', 'csv', 'sqlite'],
        default: 'json',
        description: 'sqlite needs --output',
      },
      text('since', 'TIME', 'Only operations of this long ago or later: 7d, 12h, or a date'),
      text('app', 'APP', 'Only operations of this application'),
      text('output', 'FILE', 'Write to this file'),
    ],
    examples: ['argosy history export --format csv --since 7d --output week.csv'],
  }),
];

function read(id: string, title: string, description: string, cli: CliForm | undefined): Command {
  return { id, title, description, scope: 'global', palette: false, ...(cli ? { cli } : {}) };
}

function name(kind: string): Argument {
  return { name: 'NAME', required: true, description: `name of the ${kind}` };
}
