// `argosy completion SHELL`: words and flags of the registry as a script for the shell.
import type { CliForm, Flag } from '../../commands/command.js';
import { GLOBAL_FLAGS } from '../../commands/flags.js';
import { cliCommands } from '../../commands/registry.js';
import { UserError } from '../../domain/problem.js';
import type { Session } from '../session.js';

export async function completion(session: Session): Promise<number> {
  const shell = session.invocation.arg(0);
  const script = { bash, zsh, fish }[shell];
  if (!script) throw new UserError(`there is no completion for "${shell}": it is bash, zsh or fish`);
  session.io.out(script());
  return 0;
}

interface Line {
  /** 'app sync', 'app' or '' */
  readonly words: string;
  readonly next: readonly string[];
}

/** What may follow each beginning of a command line. */
function lines(): Line[] {
  const forms = cliCommands().map(({ cli }) => cli);
  const first = [...new Set(forms.map(({ words }) => words[0] as string))];
  const groups = groupPaths().map((words) => {
    const depth = words.split(' ').length;
    const below = forms.filter((form) => form.words.length > depth && form.words.slice(0, depth).join(' ') === words);
    return { words, next: [...new Set(below.map((form) => form.words[depth] ?? ''))] };
  });
  return [
    { words: '', next: first },
    ...groups,
    ...forms.map((form) => ({ words: form.words.join(' '), next: flagsOf(form).map(({ name }) => `--${name}`) })),
  ];
}

/** Words that more words have to follow: 'app', 'admin settings'. */
function groupPaths(): string[] {
  const paths = cliCommands().flatMap(({ cli }) => cli.words.slice(0, -1).map((_, i) => cli.words.slice(0, i + 1).join(' ')));
  return [...new Set(paths)];
}

function flagsOf(form: CliForm): Flag[] {
  return [...new Map([...GLOBAL_FLAGS, ...form.flags].map((flag) => [flag.name, flag])).values()];
}

function bash(): string {
  const cases = lines().map(({ words, next }) => `    '${words}') words='${next.join(' ')}' ;;`);
  return `# source <(argosy completion bash)
_argosy() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "$path" in '') path="$word" ;; ${groupPaths()
      .map((path) => `'${path}'`)
      .join('|')}) path="$path $word" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _argosy argosy
`;
}

function zsh(): string {
  return `#compdef argosy
# source <(argosy completion zsh)
autoload -U +X bashcompinit && bashcompinit
${bash().replace(/^#.*\n/, '')}`;
}

/** A group's own word, where the words above it were typed. */
function groupRule(path: string): string {
  const words = path.split(' ');
  const above = words.slice(0, -1);
  return `complete -c argosy -f -n '${above.length === 0 ? '__fish_use_subcommand' : seenAll(above)}' -a '${words.at(-1)}'`;
}

function seenAll(words: readonly string[]): string {
  return words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
}

function fish(): string {
  const groups = groupPaths();
  const rules = cliCommands().flatMap(({ cli, description }) => {
    const quoted = description.replaceAll("'", "\\\\'");
    const above = cli.words.slice(0, -1);
    const seen = seenAll(cli.words);
    return [
      `complete -c argosy -f -n '${above.length === 0 ? '__fish_use_subcommand' : seenAll(above)}' -a '${cli.words.at(-1)}' -d '${quoted}'`,
      ...flagsOf(cli).map(({ name }) => `complete -c argosy -n '${seen}' -l '${name}'`),
    ];
  });
  return `# argosy completion fish | source
${groups.map(groupRule).join('\n')}
${rules.join('\n')}
`;
}
