// From keys to commands, by the one registry; and which commands belong to which page.
import type { Command, Scope } from '../src/commands/command.js';
import { keyLabel } from '../src/commands/keys.js';
import { commandById, commandByKey, helpCommands } from '../src/commands/registry.js';
import type { Page } from './model.js';

const SCOPES: Readonly<Record<Page['kind'], readonly Scope[]>> = {
  overview: ['list', 'app'],
  list: ['list', 'app'],
  app: ['app', 'resource'],
  diff: ['diff', 'app'],
  history: ['operation', 'app'],
  clusters: ['cluster'],
  text: ['app'],
  inbox: [],
  writes: [],
};

export function scopesOf(page: Page): readonly Scope[] {
  return SCOPES[page.kind];
}

/** A key that is a command, and the first half of one as well: it waits for what follows. */
export function beginsSequence(key: string): boolean {
  return commandByKey(`${key}${key}`) !== undefined;
}

/** The command of a key (or of two in a row) that makes sense on the page. */
export function commandFor(key: string, page: Page): Command | undefined {
  const command = commandByKey(key);
  if (!command) return undefined;
  return command.scope === 'global' || scopesOf(page).includes(command.scope) ? command : undefined;
}

/** The footer of each page: what one most likely wants there, the most likely first. Help is always the last. */
const FOOTER: Readonly<Record<Page['kind'], readonly string[]>> = {
  overview: ['open', 'app.sync', 'app.diff', 'app.why', 'app.history', 'filter', 'palette', 'page.2', 'mark', 'app.refresh', 'jump'],
  list: ['open', 'app.sync', 'app.diff', 'app.why', 'app.history', 'filter', 'mark', 'sort', 'palette', 'app.refresh', 'jump'],
  app: ['pane.next', 'app.sync', 'app.diff', 'app.why', 'app.history', 'app.manifests', 'fold', 'back', 'app.refresh', 'app.delete'],
  diff: ['pane.next', 'object.next', 'search.next', 'diff.style', 'fold', 'app.sync', 'app.why', 'back'],
  history: ['open', 'app.diff', 'app.sync', 'app.unpin', 'back', 'palette'],
  clusters: ['open', 'palette', 'back', 'jump'],
  text: ['back', 'app.sync', 'palette'],
  inbox: ['back', 'palette'],
  writes: ['back', 'palette'],
};

const LABELS: Readonly<Record<string, string>> = {
  'pane.next': 'pane',
  'page.2': 'list',
  back: 'back',
  'app.why': 'why',
  'app.refresh': 'refresh',
  'app.manifests': 'YAML',
  'app.unpin': 'unpin',
  'app.delete': 'delete',
  'object.next': 'object',
  'search.next': 'hunk',
  'diff.style': 'style',
  fold: 'fold',
  mark: 'mark',
  sort: 'sort',
  jump: 'jump',
};

export interface FooterKey {
  readonly key: string;
  readonly label: string;
  readonly id: string;
}

export function footerKeys(page: Page): readonly FooterKey[] {
  return [...FOOTER[page.kind], 'help'].flatMap((id) => {
    const command = commandById(id);
    const key = command?.keys?.[0];
    return command && key ? [{ id, key: keyLabel(key), label: LABELS[id] ?? command.hint ?? command.title.toLowerCase() }] : [];
  });
}

/** What the digits lead to. */
const PAGES: Readonly<Record<string, string>> = {
  'page.1': 'page.overview',
  'page.2': 'page.applications',
  'page.3': 'page.clusters',
  'page.4': 'page.history',
  'page.5': 'inbox',
  'page.6': 'writes',
};

export interface HelpEntry {
  readonly command: Command;
  readonly keys: string;
  readonly here: boolean;
}

/** What help shows: commands of the page first. All words have to be found. */
export function helpEntries(page: Page, query: string): readonly HelpEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const scopes = scopesOf(page);
  return helpCommands(scopes)
    .filter(({ id }) => !/^page\.[7-9]$/.test(id))
    .map((command) => ({
      command: commandById(PAGES[command.id] ?? '') ?? command,
      keys: (command.keys ?? []).map(keyLabel).join(' '),
      here: command.scope !== 'global',
    }))
    .filter(({ command, keys }) => {
      const text = `${command.title} ${command.description} ${keys}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
}
