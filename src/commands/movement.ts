// Moving about: the same keys on every page, in every list, tree and text.
import type { Command, Scope } from './command.js';

export const MOVEMENT: readonly Command[] = [
  go('move.down', 'Down', 'Move one line down', ['j', 'down']),
  go('move.up', 'Up', 'Move one line up', ['k', 'up']),
  go('move.top', 'Top', 'Go to the first line', ['gg', 'home']),
  go('move.bottom', 'Bottom', 'Go to the last line', ['G', 'end']),
  go('move.half-down', 'Half a page down', 'Move half a page down', ['C-d']),
  go('move.half-up', 'Half a page up', 'Move half a page up', ['C-u']),
  go('move.page-down', 'Page down', 'Move a page down', ['pgdn', 'C-f']),
  go('move.page-up', 'Page up', 'Move a page up', ['pgup', 'C-b']),
  go('move.left', 'Left', 'Fold a branch, or move one column to the left', ['h', 'left']),
  go('move.right', 'Right', 'Unfold a branch, or move one column to the right', ['l', 'right']),
  { ...go('open', 'Open', 'Open what the cursor is on', ['enter']), hint: 'open' },
  go('back', 'Back', 'Close what is open and go back; on the first page: leave', ['esc', 'q']),
  go('pane.next', 'Next pane', 'Move the focus to the next pane', ['tab']),
  go('pane.previous', 'Previous pane', 'Move the focus to the previous pane', ['backtab']),
  go('search.next', 'Next', 'Go to the next match, or the next hunk of a diff', ['n']),
  go('search.previous', 'Previous', 'Go to the previous match, or the previous hunk of a diff', ['N']),
  go('object.next', 'Next object', 'Go to the next object of a diff or a list of manifests', [']'], 'diff'),
  go('object.previous', 'Previous object', 'Go to the previous object of a diff or a list of manifests', ['['], 'diff'),
];

function go(id: string, title: string, description: string, keys: readonly string[], scope: Scope = 'global'): Command {
  return { id, title, description, scope, keys, palette: false };
}
