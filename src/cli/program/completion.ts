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
  const groups = first.flatMap((word) => {
    const second = forms.flatMap((form) => (form.words[0] === word && form.words[1] !== undefined ? [form.words[1]] : []));
    return second.length > 0 ? [{ words: word, next: second }] : [];
  });
  return [
    { words: '', next: first },
    ...groups,
    ...forms.map((form) => ({ words: form.words.join(' '), next: flagsOf(form).map(({ name }) => `--${name}`) })),
  ];
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
    case "$path" in '') path="$word" ;; app|cluster|proj|repo|appset|history|sandbox) path="$path $word" ;; esac
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

function fish(): string {
  const groups = new Set(
    lines().flatMap(({ words, next }) => (words !== '' && !words.includes(' ') && !next[0]?.startsWith('--') ? [words] : [])),
  );
  const rules = cliCommands().flatMap(({ cli, description }) => {
    const [first = '', second] = cli.words;
    const quoted = description.replaceAll("'", "\\\\'");
    const place = second === undefined ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${first}`;
    const seen =
      second === undefined
        ? `__fish_seen_subcommand_from ${first}`
        : `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`;
    return [
      `complete -c argosy -f -n '${place}' -a '${second ?? first}' -d '${quoted}'`,
      ...flagsOf(cli).map(({ name }) => `complete -c argosy -n '${seen}' -l '${name}'`),
    ];
  });
  return `# argosy completion fish | source
${[...groups].map((word) => `complete -c argosy -f -n '__fish_use_subcommand' -a '${word}'`).join('\n')}
${rules.join('\n')}
`;
}
