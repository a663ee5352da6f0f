// Which lines of the resource tree are visible, and which one the cursor is on.
import type { ResourceNode } from '../src/domain/fleet.js';
import { inside, split } from './layout.js';
import type { AppPage, Ui } from './model.js';
import { type TreeLine, treeLines } from './tree-model.js';
import { reveal } from './widgets/panel.js';

export interface TreeWindow {
  readonly lines: readonly TreeLine[];
  /** 0 is the application itself; a resource's line is its index plus one. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
}

export function treeWindow(ui: Ui, page: AppPage): TreeWindow {
  const lines = page.tree.value ? treeLines(page.tree.value, page) : [];
  const height = Math.max(1, inside(split(ui, 'even').main).h);
  const index = page.node === '' ? 0 : Math.max(0, lines.findIndex(({ node }) => node.id === page.node) + 1);
  return { lines, index, height, top: reveal({ cursor: index, top: page.top, count: lines.length + 1, height }) };
}

export function selectedNode(ui: Ui, page: AppPage): ResourceNode | undefined {
  const window = treeWindow(ui, page);
  return window.lines[window.index - 1]?.node;
}
