// What the palette and the jump list offer for what was typed so far.
import type { Command } from '../src/commands/command.js';
import { keyLabel } from '../src/commands/keys.js';
import { paletteCommands } from '../src/commands/registry.js';
import { fuzzyScore, globMatch } from '../src/core/fleet/text-match.js';
import type { AppKey } from '../src/domain/application.js';
import type { ClusterKey } from '../src/domain/fleet.js';
import type { PaletteDialog } from './dialogs.js';
import type { FleetView } from './fleet-view.js';

export type PaletteAction =
  | { readonly kind: 'command'; readonly id: string; readonly app?: AppKey; readonly clusters?: readonly ClusterKey[] }
  | { readonly kind: 'open-app'; readonly app: AppKey }
  | { readonly kind: 'open-cluster'; readonly cluster: ClusterKey }
  | { readonly kind: 'filter'; readonly query: string };

export interface PaletteItem {
  readonly label: string;
  readonly note: string;
  readonly action: PaletteAction;
  /** What Tab completes the line to. */
  readonly completion: string;
}

const MOST = 50;

export function paletteItems(fleet: FleetView, { mode, line }: Pick<PaletteDialog, 'mode' | 'line'>): readonly PaletteItem[] {
  const text = line.text.trim();
  const commands = commandItems(text);
  const aimed = aimedItems(fleet, text);
  if (mode === 'command') return [...aimed, ...commands, ...(text === '' ? [] : placeItems(fleet, text))].slice(0, MOST);
  return [...placeItems(fleet, text), ...commands].slice(0, MOST);
}

interface Scored {
  readonly score: number;
  readonly item: PaletteItem;
}

function best(scored: readonly Scored[]): PaletteItem[] {
  return [...scored]
    .sort((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map(({ item }) => item);
}

/** The word by which a command is typed: 'sync', 'page clusters'. */
export function commandWord({ id, title }: Pick<Command, 'id' | 'title'>): string {
  const word = id.slice(id.lastIndexOf('.') + 1);
  return id === 'app.history' || id.startsWith('page.') ? title.toLowerCase() : word;
}

function commandItems(text: string): PaletteItem[] {
  return best(
    paletteCommands().flatMap((command): Scored[] => {
      // The global one finds the plan that waits, on the application under the cursor or elsewhere.
      if (command.id === 'app.approve') return [];
      const word = commandWord(command);
      const score = text === '' ? 0 : Math.max(fuzzyScore(text, word) ?? -1, (fuzzyScore(text, command.title) ?? -1) - 1);
      if (score < 0) return [];
      const item: PaletteItem = {
        label: command.title,
        note: [command.keys?.[0] ? keyLabel(command.keys[0]) : '', command.description].filter(Boolean).join('  '),
        action: { kind: 'command', id: command.id },
        completion: `${word} `,
      };
      return [{ score, item }];
    }),
  );
}

/** 'sync pay': a command and what it is to be done with. */
function aimedItems(fleet: FleetView, text: string): PaletteItem[] {
  const space = text.indexOf(' ');
  if (space < 0) return [];
  const [word, rest] = [text.slice(0, space).toLowerCase(), text.slice(space + 1).trim()];
  const command =
    paletteCommands().find((each) => commandWord(each) === word || each.id === word) ??
    paletteCommands().find((each) => commandWord(each).startsWith(word));
  if (!command || rest === '') return [];
  if (command.scope === 'cluster') return clusterTargets(fleet, command, rest);
  if (command.scope !== 'app') return [];
  return appScores(fleet, rest).map(({ key, name, cluster }) => ({
    label: `${command.title} ${name} @ ${cluster}`,
    note: command.description,
    action: { kind: 'command', id: command.id, app: key },
    completion: `${word} ${name}`,
  }));
}

function clusterTargets(fleet: FleetView, command: Command, rest: string): PaletteItem[] {
  const keys = [...fleet.clusters.keys()];
  if (/[*?]/.test(rest)) {
    const clusters = keys.filter((key) => globMatch(rest, key));
    if (clusters.length === 0) return [];
    return [
      {
        label: `${command.title} ${rest}`,
        note: clusters.join(', '),
        action: { kind: 'command', id: command.id, clusters },
        completion: `${commandWord(command)} ${rest}`,
      },
    ];
  }
  return keys
    .filter((key) => fuzzyScore(rest, key) !== undefined)
    .map((key) => ({
      label: `${command.title} ${key}`,
      note: command.description,
      action: { kind: 'command', id: command.id, clusters: [key] },
      completion: `${commandWord(command)} ${key}`,
    }));
}

function placeItems(fleet: FleetView, text: string): PaletteItem[] {
  const apps = appScores(fleet, text).map(
    ({ key, name, cluster }): PaletteItem => ({
      label: name,
      note: `@ ${cluster || '?'}`,
      action: { kind: 'open-app', app: key },
      completion: name,
    }),
  );
  const clusters = [...fleet.clusters.keys()]
    .filter((key) => fuzzyScore(text, key) !== undefined)
    .slice(0, 10)
    .map((key): PaletteItem => ({ label: key, note: 'cluster', action: { kind: 'open-cluster', cluster: key }, completion: key }));
  const filter: PaletteItem[] =
    text === ''
      ? []
      : [{ label: `filter ${text}`, note: 'show what matches in the list', action: { kind: 'filter', query: text }, completion: text }];
  return [...apps.slice(0, 30), ...clusters, ...filter];
}

function appScores(fleet: FleetView, text: string): { key: AppKey; name: string; cluster: string }[] {
  const scored: { key: AppKey; name: string; cluster: string; score: number }[] = [];
  for (const { key, name, cluster } of fleet.apps.values()) {
    const score = fuzzyScore(text, name) ?? ((fuzzyScore(text, `${name}@${cluster}`) ?? 0) > 0 ? 0 : undefined);
    if (score !== undefined) scored.push({ key, name, cluster, score });
  }
  return scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1)).slice(0, MOST);
}
