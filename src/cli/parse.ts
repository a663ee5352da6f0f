// The registry's words and flags as a commander program. Nothing is declared here: a command that is in the registry is here.
import { Argument, Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { CliForm, Command, Flag } from '../commands/command.js';
import { GLOBAL_FLAGS } from '../commands/flags.js';
import { cliCommands } from '../commands/registry.js';
import type { GlobalFlags } from '../config.js';
import { parseDurationOrSeconds } from '../core/duration.js';
import { nearest } from '../core/nearest.js';
import { UserError } from '../domain/problem.js';
import { normaliseArgv } from './argv.js';
import { type FlagValue, Invocation } from './invocation.js';

export type Parsed =
  | { readonly kind: 'run'; readonly invocation: Invocation }
  /** Help that was asked for. */
  | { readonly kind: 'text'; readonly text: string }
  /** No command: the screen, in this world. */
  | { readonly kind: 'screen'; readonly globals: GlobalFlags };

const GROUPS: Readonly<Record<string, string>> = {
  app: 'Applications',
  cluster: 'Clusters',
  proj: 'Projects',
  repo: 'Repositories',
  appset: 'ApplicationSets',
  history: 'Recorded operations',
  sandbox: 'Simulated clusters',
  admin: 'Settings and manifests, from files alone',
  'admin settings': 'argocd-cm, tried without a cluster',
  'admin settings resource-overrides': 'resource.customizations of argocd-cm, tried on one object',
};

/** Never prints and never exits. Throws UserError for a command line that cannot be used. */
export function parseArgv(argv: readonly string[], width: number): Parsed {
  const commands = cliCommands();
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  let found: Invocation | undefined;
  const program = buildProgram(commands, width, (invocation) => {
    found = invocation;
  });
  forEach(program, (command) => command.exitOverride().configureOutput({ writeOut: write, writeErr: write }));
  try {
    program.parse(normaliseArgv(argv, commands), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help')
      return { kind: 'text', text: text || program.helpInformation() };
    throw new UserError(explain(error, argv, commands));
  }
  return found ? { kind: 'run', invocation: found } : { kind: 'screen', globals: globalsOf(program.opts(), {}) };
}

/** The whole program, for help, completion and parsing. */
export function buildProgram(commands: readonly Command[], width: number, run: (invocation: Invocation) => void): Commander {
  const program = new Commander('argosy')
    .description('GitOps for a fleet of Kubernetes clusters, on Argo CD manifests. Without a command: the screen.')
    .helpCommand(false)
    .enablePositionalOptions()
    .usage('[flags] [command]')
    .argument('[command...]')
    .action((words: string[]) => {
      if (words.length > 0) throw new UserError(unknownCommand(words, commands));
    })
    .addHelpText('after', '\n`argosy demo` opens the demo fleet, as `npm start` does.')
    .configureHelp({
      helpWidth: width,
      visibleArguments: (command) => (command.name() === 'argosy' ? [] : [...command.registeredArguments]),
    });
  for (const flag of GLOBAL_FLAGS) program.addOption(toOption(flag));
  const groups = new Map<string, Commander>();
  for (const command of commands) add(program, groups, command, run);
  return program;
}

function add(program: Commander, groups: Map<string, Commander>, command: Command, run: (invocation: Invocation) => void): void {
  const cli = command.cli;
  if (!cli) return;
  const leaf = groupOf(program, groups, cli.words.slice(0, -1))
    .command(cli.words.at(-1) ?? '')
    .description(command.description)
    .showSuggestionAfterError(false);
  for (const argument of cli.args) leaf.addArgument(toArgument(argument));
  for (const flag of cli.flags) {
    leaf.addOption(toOption(flag));
    if (flag.type === 'boolean') leaf.addOption(new Option(`--no-${flag.name}`).hideHelp());
  }
  const own = new Set(cli.flags.map(({ name }) => name));
  for (const flag of GLOBAL_FLAGS) if (!own.has(flag.name)) leaf.addOption(toOption(flag).helpGroup('World:'));
  const more = [cli.exits && `Exit code: ${cli.exits}`, ...(cli.examples ?? []).map((line) => `  $ ${line}`)].filter(Boolean);
  if (more.length > 0) leaf.addHelpText('after', `\n${more.join('\n')}`);
  leaf.action(() => run(invocationOf(command, cli, leaf, program)));
}

/** The command of these words, with those above it. */
function groupOf(program: Commander, groups: Map<string, Commander>, words: readonly string[]): Commander {
  if (words.length === 0) return program;
  const path = words.join(' ');
  const known = groups.get(path);
  if (known) return known;
  const group = groupOf(program, groups, words.slice(0, -1))
    .command(words.at(-1) ?? '')
    .description(GROUPS[path] ?? path)
    .helpCommand(false);
  groups.set(path, group);
  return group;
}

function toArgument(argument: CliForm['args'][number]): Argument {
  const name = argument.many ? `${argument.name}...` : argument.name;
  return new Argument(argument.required ? `<${name}>` : `[${name}]`, argument.description);
}

function toOption(flag: Flag): Option {
  const head = `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}`;
  const value = flag.type === 'boolean' ? '' : ` <${flag.value ?? flag.values?.join('|') ?? 'VALUE'}>`;
  const option = new Option(head + value, flag.description);
  if (flag.values) option.choices([...flag.values]);
  if (flag.type === 'list')
    option.argParser<string[]>((text, before) => [...(Array.isArray(before) ? before : []), ...listItems(flag, text)]);
  if (flag.type === 'integer') option.argParser(integer);
  if (flag.type === 'duration') option.argParser(duration);
  if (flag.default !== undefined)
    option.default(flag.type === 'duration' ? duration(String(flag.default)) : flag.default, String(flag.default));
  return option;
}

/** Lists that say so ('NAME,...') may be written with commas; all others are repeated. */
function listItems(flag: Flag, text: string): string[] {
  return flag.value?.endsWith(',...') ? text.split(',').filter((item) => item !== '') : [text];
}

function integer(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('it is a whole number');
  return Number(text);
}

function duration(text: string): number {
  const ms = parseDurationOrSeconds(text);
  if (ms === undefined || ms < 0) throw new InvalidArgumentError('it is a time such as 90s or 5m');
  return ms;
}

function invocationOf(command: Command, cli: CliForm, leaf: Commander, program: Commander): Invocation {
  const own = leaf.opts<Record<string, FlagValue>>();
  const flags = new Map<string, FlagValue>();
  for (const flag of cli.flags) {
    const value = own[camel(flag.name)];
    if (value !== undefined) flags.set(flag.name, value);
  }
  const taken = new Set(cli.flags.map(({ name }) => name));
  const globals = globalsOf(program.opts(), Object.fromEntries(Object.entries(own).filter(([name]) => !taken.has(name))));
  const { kept, moved } = ownRepositories(flags.get('repo'));
  if (taken.has('repo')) flags.set('repo', kept);
  const repo = [...(globals.repo ?? []), ...moved];
  return new Invocation(command.id, leaf.args, flags, repo.length > 0 ? { ...globals, repo } : globals);
}

/** Those after the command win over those before it. */
function globalsOf(before: Record<string, FlagValue>, after: Record<string, FlagValue>): GlobalFlags {
  const names = new Set(GLOBAL_FLAGS.map(({ name }) => camel(name)));
  return Object.fromEntries(Object.entries({ ...before, ...after }).filter(([name]) => names.has(name))) as GlobalFlags;
}

/** `app list --repo` and `app create --repo` mean a repository; a value URL=PATH is still the flag of every command. */
function ownRepositories(value: FlagValue | undefined): { kept: string[]; moved: string[] } {
  const all = Array.isArray(value) ? (value as string[]) : [];
  const isMap = (text: string) => /^[^=]+=(\.{0,2}\/|~\/|\.{1,2}$)/.test(text);
  return { kept: all.filter((text) => !isMap(text)), moved: all.filter(isMap) };
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function forEach(command: Commander, visit: (command: Commander) => void): void {
  visit(command);
  for (const child of command.commands) forEach(child, visit);
}

function explain(error: CommanderError, argv: readonly string[], commands: readonly Command[]): string {
  const message = error.message.replace(/^error: /, '').replace(/\.$/, '');
  const words = argv.filter((word) => !word.startsWith('-'));
  if (error.code === 'commander.unknownCommand') return unknownCommand(words, commands);
  if (error.code === 'commander.unknownOption') {
    const written = /'([^']+)'/.exec(message)?.[1] ?? '';
    const command = commands.find(({ cli }) => cli?.words.every((word, i) => words[i] === word));
    const known = [...(command?.cli?.flags ?? []), ...GLOBAL_FLAGS].map(({ name }) => `--${name}`);
    const meant = nearest(written, known);
    return `unknown flag ${written}${command ? ` of \`argosy ${command.cli?.words.join(' ')}\`` : ''}${meant ? `; did you mean ${meant}?` : ''}`;
  }
  return message;
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): string {
  const forms = commands.flatMap(({ cli }) => (cli ? [cli.words] : []));
  // As far as the words are known, and the first that is not.
  let depth = 0;
  while (
    depth < words.length &&
    forms.some((form) => form.length > depth && words.slice(0, depth + 1).every((word, i) => form[i] === word))
  )
    depth++;
  const known = words.slice(0, depth);
  const next = [
    ...new Set(forms.filter((form) => form.length > depth && known.every((word, i) => form[i] === word)).map((form) => form[depth] ?? '')),
  ];
  const wrong = words[depth] ?? '';
  const meant = nearest(wrong, next);
  const path = [...known, wrong].join(' ');
  if (depth > 0)
    return `unknown command "${path}"${meant ? `; did you mean "${[...known, meant].join(' ')}"?` : `; known are ${next.join(', ')}`}`;
  return `unknown command "${path}"${meant ? `; did you mean "${meant}"?` : '; `argosy help` lists the commands'}`;
}
