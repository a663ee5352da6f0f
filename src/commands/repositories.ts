// The words and flags of `argosy repo ...` and `argosy repocreds ...`: those that Argo CD's users type.
import type { Argument, CliForm, Command, Flag } from './command.js';
import { output, text, toggle, YES } from './flags.js';

const URL: Argument = { name: 'REPOURL', required: true, description: 'address of the repository' };
const URLS: Argument = { ...URL, many: true };
const PREFIX: Argument = { name: 'REPOURL', required: true, description: 'beginning of the addresses that it counts for' };
const PROJECT_OF = text('project', 'NAME', 'Only applications of this project may use it');

/** How a repository is reached. Secret values come from files and standard input: what is typed here, others can see. */
const ACCESS: readonly Flag[] = [
  { name: 'type', type: 'string', values: ['git', 'helm', 'oci'], default: 'git', description: 'What kind of repository it is' },
  text('username', 'NAME', 'User name'),
  text('password-file', 'FILE', 'File with the password or token'),
  toggle('password-stdin', 'Read the password or token from standard input'),
  text('password', 'PASSWORD', 'Password or token; other users of this machine can see it: prefer --password-file'),
  text('bearer-token-file', 'FILE', 'File with a bearer token'),
  text('ssh-private-key-path', 'FILE', 'Private key for ssh'),
  text('tls-client-cert-path', 'FILE', 'Client certificate'),
  text('tls-client-cert-key-path', 'FILE', 'Its key'),
  text('github-app-id', 'ID', 'Id of a GitHub App'),
  text('github-app-installation-id', 'ID', 'Id of its installation'),
  text('github-app-private-key-path', 'FILE', 'Its private key'),
  text('github-app-enterprise-base-url', 'URL', 'API of a GitHub Enterprise server'),
  toggle('insecure-skip-server-verification', 'Believe any certificate and host key; a man in the middle reads along'),
  toggle('insecure-oci-force-http', 'Speak to the registry without TLS'),
  toggle('enable-oci', 'A Helm repository that is an OCI registry'),
  toggle('enable-lfs', 'Fetch large files'),
  toggle('force-http-basic-auth', 'Show user and password at once'),
  text('proxy', 'URL', 'Proxy on the way there'),
  text('no-proxy', 'HOST,...', 'Hosts that the proxy is not for'),
  toggle('upsert', 'Replace one with the same address'),
];

export const REPOSITORIES: readonly Command[] = [
  verb('repo.list', 'List repositories', 'List repositories: those with credentials, and those that applications use', {
    words: ['repo', 'list'],
    args: [],
    flags: [output('table', 'wide', 'json', 'yaml', 'url')],
  }),
  verb('repo.get', 'Repository', 'Show one repository', {
    words: ['repo', 'get'],
    args: [URL],
    flags: [PROJECT_OF, output('table', 'wide', 'json', 'yaml', 'url')],
  }),
  verb('repo.add', 'Add repository', 'Keep how a repository is reached in the hub, after trying it', {
    words: ['repo', 'add'],
    args: [URL],
    flags: [
      ...ACCESS,
      text('name', 'NAME', 'Name of a Helm repository'),
      PROJECT_OF,
      { name: 'depth', type: 'integer', value: 'NUMBER', description: 'Fetch so many commits of each branch' },
      toggle('skip-check', 'Do not try it'),
    ],
    examples: [
      'argosy repo add https://git.example.org/org/apps --username ci --password-file ./token',
      'argosy repo add git@git.example.org:org/apps --ssh-private-key-path ~/.ssh/deploy',
      'argosy repo add https://charts.example.org --type helm --name charts',
    ],
  }),
  verb('repo.rm', 'Remove repository', 'Forget how a repository is reached', {
    words: ['repo', 'rm'],
    args: [URLS],
    flags: [PROJECT_OF, YES],
  }),
  verb('repocreds.list', 'List credentials', 'List credentials for addresses that begin alike', {
    words: ['repocreds', 'list'],
    args: [],
    flags: [output('table', 'wide', 'json', 'yaml', 'url')],
  }),
  verb('repocreds.add', 'Add credentials', 'Keep credentials for all repositories whose address begins so', {
    words: ['repocreds', 'add'],
    args: [PREFIX],
    flags: ACCESS,
    examples: ['argosy repocreds add https://git.example.org/org/ --username ci --password-stdin < token'],
  }),
  verb('repocreds.rm', 'Remove credentials', 'Forget credentials for addresses that begin so', {
    words: ['repocreds', 'rm'],
    args: [URLS],
    flags: [YES],
  }),
];

function verb(id: string, title: string, description: string, cli: CliForm): Command {
  return { id, title, description, scope: 'global', palette: false, cli };
}
