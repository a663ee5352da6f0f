// The program itself: running headless, sandboxes, the first file, the check-up, help.
import type { CliForm, Command } from './command.js';
import { text, toggle, YES } from './flags.js';

export const PROGRAM: readonly Command[] = [
  verb('run', 'Run headless', 'Run the engine without a screen: JSON lines on standard output', {
    words: ['run'],
    args: [],
    flags: [
      toggle('once', 'Stop when everything is steady: exit 0 if all is Synced and Healthy, 1 if not'),
      { name: 'timeout', type: 'duration', value: 'TIME', default: '5m', description: 'With --once: give up after this long, exit 2' },
      toggle('pretty', 'Lines for people instead of JSON'),
      text('webhook', 'HOST:PORT', 'Listen there for webhooks of Git servers (POST /api/webhook); a PORT alone is on 127.0.0.1'),
    ],
    exits: '0 all Synced and Healthy, 1 not, 2 an error or a timeout',
    examples: ['argosy run --once --fleet ./apps --sandbox in-cluster,prod', 'argosy run --webhook 127.0.0.1:9000'],
  }),
  verb('sandbox.serve', 'Serve sandboxes', 'Run sandbox clusters as HTTPS API servers and write a kubeconfig for them', {
    words: ['sandbox', 'serve'],
    args: [{ name: 'NAME', required: true, many: true, description: 'name of a sandbox' }],
    flags: [text('kubeconfig', 'FILE', 'Where to write the kubeconfig')],
    examples: ['argosy sandbox serve one two --kubeconfig ./kubeconfig'],
  }),
  verb('sandbox.kubeconfig', 'Kubeconfig of sandboxes', "Print the file name of the kubeconfig for the running engine's sandboxes", {
    words: ['sandbox', 'kubeconfig'],
    args: [],
    flags: [toggle('raw', 'Print the content instead of the name')],
    examples: ['kubectl --kubeconfig $(argosy sandbox kubeconfig) get pods -A'],
  }),
  verb('init', 'Write argosy.yaml', 'Find kubeconfig contexts and the fleet repository, ask, and write argosy.yaml', {
    words: ['init'],
    args: [],
    flags: [
      text('output', 'FILE', 'Where to write (default: ./argosy.yaml)'),
      toggle('force', 'Replace a file that is there'),
      toggle('example', 'Write the example that names every key, and ask nothing'),
      YES,
    ],
    examples: ["argosy init --fleet https://git.example.org/org/gitops.git --context 'prod-*' --yes"],
  }),
  verb('doctor', 'Check-up', 'Check what is needed: programs, clusters, the fleet source, the data folder, the terminal', {
    words: ['doctor'],
    args: [],
    flags: [{ name: 'output', short: 'o', type: 'string', values: ['table', 'json'], description: 'Print as table, json' }],
    exits: '0 all that is needed is there, 1 not',
  }),
  verb('help.topic', 'Help', 'Explain a command or a topic', {
    words: ['help'],
    args: [{ name: 'TOPIC', required: false, many: true, description: 'a command, or filter, keys, config' }],
    flags: [],
  }),
  verb('version', 'Version', 'Print the version of the program and of the running engine', {
    words: ['version'],
    args: [],
    flags: [
      toggle('client', 'Only of the program'),
      { name: 'output', short: 'o', type: 'string', values: ['json'], description: 'Print as json' },
    ],
  }),
  verb('completion', 'Completion', 'Print a completion script for a shell', {
    words: ['completion'],
    args: [{ name: 'SHELL', required: true, description: 'bash, zsh or fish' }],
    flags: [],
    examples: ['source <(argosy completion bash)'],
  }),
];

function verb(id: string, title: string, description: string, cli: CliForm): Command {
  return { id, title, description, scope: 'global', palette: false, cli };
}
