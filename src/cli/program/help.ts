// `argosy help [command or topic]`: commands from the registry, keys, the filter language, the configuration file.
import { keyTable } from '../../commands/key-table.js';
import { cliCommands } from '../../commands/registry.js';
import { exampleConfig } from '../../config/example.js';
import { nearest } from '../../core/nearest.js';
import { UserError } from '../../domain/problem.js';
import { parseArgv } from '../parse.js';
import type { Session } from '../session.js';
import { TOPICS } from './help-topics.js';

export async function help(session: Session): Promise<number> {
  const { io, invocation } = session;
  io.out(textOf(invocation.args, io.width));
  return 0;
}

function textOf(words: readonly string[], width: number): string {
  const [first = ''] = words;
  if (first === 'keys') return keyTable();
  if (first === 'config') return exampleConfig();
  const topic = TOPICS[first];
  if (topic !== undefined) return topic;
  const known = words.length === 0 || cliCommands().some(({ cli }) => words.every((word, i) => cli.words[i] === word));
  if (!known) {
    const names = [...Object.keys(TOPICS), 'keys', 'config', ...cliCommands().map(({ cli }) => cli.words.join(' '))];
    const meant = nearest(words.join(' '), names);
    throw new UserError(
      `there is no help on "${words.join(' ')}"${meant ? `; did you mean "${meant}"?` : '; `argosy help` lists the commands'}`,
    );
  }
  const parsed = parseArgv([...words, '--help'], width);
  const more = words.length === 0 ? '\nTopics: argosy help filter, argosy help keys, argosy help config\n' : '';
  return parsed.kind === 'text' ? parsed.text + more : more;
}
