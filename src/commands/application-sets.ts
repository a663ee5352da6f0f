// ApplicationSets on the command line.
import type { CliForm, Command } from './command.js';
import { APP_NAMESPACE, output, text, toggle, YES } from './flags.js';

const LIST = output('table', 'wide', 'json', 'yaml', 'name');
const NAME = { name: 'NAME', required: true, description: 'name of the ApplicationSet' };
const FILE_OR_NAME = {
  name: 'FILE|NAME',
  required: true,
  description: 'manifest of an ApplicationSet, - for standard input, or the name of one',
};
const CLUSTERS = text('clusters', 'FILE', 'Take cluster Secrets from this file instead of from the fleet');

export const APPLICATION_SETS: readonly Command[] = [
  command('appset.list', 'List ApplicationSets', 'List ApplicationSets', { args: [], flags: [LIST, APP_NAMESPACE] }),
  command('appset.get', 'ApplicationSet', 'Show one ApplicationSet', { args: [NAME], flags: [LIST, APP_NAMESPACE] }),
  command('appset.generate', 'Generate applications', 'Print the applications of an ApplicationSet; of a file also without a fleet', {
    args: [FILE_OR_NAME],
    flags: [LIST, CLUSTERS, APP_NAMESPACE],
    examples: [
      'argosy appset generate set.yaml -o yaml',
      'argosy appset generate set.yaml --repo https://git.example.org/apps=./apps --clusters clusters.yaml',
    ],
  }),
  command('appset.plan', 'Plan an ApplicationSet', 'Show what an ApplicationSet would add, change and remove, and where each comes from', {
    args: [FILE_OR_NAME],
    flags: [output('table', 'json', 'yaml'), CLUSTERS, APP_NAMESPACE],
    exits: '0 nothing would change, 1 something would, 2 an error',
  }),
  command('appset.why', 'Why an application', 'Say why an application comes from an ApplicationSet, or why not', {
    args: [FILE_OR_NAME],
    flags: [text('app', 'NAME', 'the application'), output('table', 'json', 'yaml'), CLUSTERS, APP_NAMESPACE],
    exits: '0 it comes from the set, 1 it does not',
  }),
  command(
    'appset.rollout',
    'Rollout of an ApplicationSet',
    'Show where a rollout in steps stands; pause it, or let a step count as passed',
    {
      args: [NAME],
      flags: [
        toggle('pause', 'Begin no further sync'),
        toggle('resume', 'Go on'),
        toggle('promote', 'Let the present step count as passed, whatever its applications say'),
        output('table', 'json', 'yaml'),
        APP_NAMESPACE,
      ],
      examples: ['argosy appset rollout team', 'argosy appset rollout team --pause'],
    },
  ),
  command('appset.create', 'Create ApplicationSets', 'Create ApplicationSets from files', {
    args: [{ name: 'FILE', required: true, many: true, description: 'manifest of an ApplicationSet, - for standard input' }],
    flags: [
      toggle('upsert', 'Replace one that exists'),
      toggle('dry-run', 'Print the applications and create nothing'),
      LIST,
      APP_NAMESPACE,
    ],
  }),
  command(
    'appset.delete',
    'Delete ApplicationSets',
    'Delete ApplicationSets, and their applications where their policy does not keep them',
    {
      args: [{ ...NAME, many: true }],
      flags: [YES, APP_NAMESPACE],
    },
  ),
];

function command(id: string, title: string, description: string, cli: Omit<CliForm, 'words'>): Command {
  return { id, title, description, scope: 'global', palette: false, cli: { words: id.split('.'), ...cli } };
}
