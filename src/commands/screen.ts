// What only changes the screen: pages, filter, marks, order, width. Nothing here reaches the engine.
import type { Command, Scope } from './command.js';

export const SCREEN: readonly Command[] = [
  { ...view('help', 'Help', 'Show every key and command; typing narrows the list, Enter runs the entry', ['?']), hint: 'help' },
  { ...view('palette', 'Command', 'Type a command', [':']), hint: 'command' },
  view('jump', 'Jump', 'Jump to any application, cluster or command by a few of its letters', ['C-p']),
  {
    ...view('filter', 'Filter', 'Narrow the list while you type; see `argosy help filter` for the language', ['/'], 'list'),
    hint: 'filter',
  },
  view('filter.invert', 'Invert the filter', 'Show what the filter hides, and hide what it shows', ['!'], 'list'),
  view('filter.clear', 'Clear the filter', 'Show everything again', ['C-l'], 'list'),
  ...Array.from({ length: 9 }, (_, i) => view(`page.${i + 1}`, `Page ${i + 1}`, `Go to page ${i + 1}`, [String(i + 1)])),
  view('page.overview', 'Overview', 'Show applications by clusters', [], 'global', true),
  view('page.applications', 'Applications', 'Show the list of applications', [], 'global', true),
  view('page.clusters', 'Clusters', 'Show the list of clusters', [], 'global', true),
  view('page.history', 'History of the fleet', 'Show the operations of every application', [], 'global', true),
  view('inbox', 'Inbox', 'Show what happened: failures, finished operations, clusters lost and found', ['i'], 'global', true),
  view('writes', 'Command log', 'Show every write with the command line that does the same', ['@'], 'global', true),
  view('mark', 'Mark', 'Mark the line, or take the mark away', ['space'], 'list'),
  view('mark.range', 'Mark a range', 'Mark every line from here to where the cursor goes', ['V'], 'list'),
  view('mark.all', 'Mark all', 'Mark every line that the filter shows', ['*'], 'list'),
  view('mark.none', 'Unmark all', 'Take all marks away', ['u'], 'list'),
  view('group', 'Group', 'Group the list by the next property: cluster, project, label, none', ['g'], 'list'),
  view('sort', 'Sort', 'Sort by the next column; once more turns the order round', ['o'], 'list'),
  view('wide', 'Wide', 'Show more columns, or fewer', ['w'], 'list'),
  view('fold', 'Fold', 'Fold or unfold what is unchanged or healthy; zoom on a pane', ['z']),
  view('zoom.in', 'Larger', 'Make the focused pane larger', ['+']),
  view('zoom.out', 'Smaller', 'Make the focused pane smaller', ['_']),
  view('copy.name', 'Copy the name', 'Copy the name under the cursor to the clipboard', ['c']),
  view('copy.location', 'Copy the location', 'Copy a line that leads back to this place', ['C']),
  view('diff.style', 'Unified or side by side', 'Show a diff in one column or in two', ['v'], 'diff'),
  view('diff.more', 'More context', 'Show more unchanged lines around a change', ['}'], 'diff'),
  view('diff.less', 'Less context', 'Show fewer unchanged lines around a change', ['{'], 'diff'),
  view('tour', 'Tour', 'Take the five-step tour of the demo fleet', [], 'global', true),
  view('suspend', 'Suspend', 'Put the program in the background; `fg` brings it back', ['C-z']),
  view('redraw', 'Redraw', 'Draw the whole screen again', ['C-g']),
  view('quit', 'Quit', 'Leave; operations under way are finished by the engine that runs them', ['C-c'], 'global', true),
];

function view(id: string, title: string, description: string, keys: readonly string[], scope: Scope = 'global', palette = false): Command {
  return keys.length > 0 ? { id, title, description, scope, keys, palette } : { id, title, description, scope, palette };
}
