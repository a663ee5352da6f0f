// The resource tree as lines: what is folded is left out, and what is only healthy, if so wished.
import type { ResourceNode } from '../src/domain/fleet.js';
import { healthState, type State, syncState, worse } from './state.js';

export interface TreeLine {
  readonly node: ResourceNode;
  readonly depth: number;
  /** Lines that lead to it: for each level above whether more follows there, then whether it is the last of its own. */
  readonly guides: string;
  readonly children: number;
  readonly open: boolean;
  /** The worst state of itself and of all below it. */
  readonly worst: State;
}

export interface TreeOptions {
  readonly closed: ReadonlySet<string>;
  readonly onlyTrouble: boolean;
  readonly flat: boolean;
}

interface Built {
  readonly childrenOf: ReadonlyMap<string, readonly ResourceNode[]>;
  readonly worstOf: ReadonlyMap<string, State>;
}

const built = new WeakMap<readonly ResourceNode[], Built>();
const ROOT = '';

/** Own state of a node: the worse of health and sync. */
export function nodeState(node: ResourceNode): State {
  return worse(healthState(node.health?.status), syncState(node.sync));
}

export function treeLines(nodes: readonly ResourceNode[], options: TreeOptions): TreeLine[] {
  let tree = built.get(nodes);
  if (!tree) {
    tree = build(nodes);
    built.set(nodes, tree);
  }
  const lines: TreeLine[] = [];
  if (options.flat) {
    for (const node of nodes) {
      const worst = nodeState(node);
      if (!options.onlyTrouble || worst !== 'ok') lines.push({ node, depth: 0, guides: '', children: 0, open: true, worst });
    }
    return lines;
  }
  walk(tree, { parent: ROOT, depth: 0, guides: '' }, { options, lines });
  return lines;
}

/** How many objects `onlyTrouble` leaves out. */
export function healthyCount(nodes: readonly ResourceNode[]): number {
  return nodes.filter((node) => nodeState(node) === 'ok').length;
}

function build(nodes: readonly ResourceNode[]): Built {
  const ids = new Set(nodes.map(({ id }) => id));
  const childrenOf = new Map<string, ResourceNode[]>();
  for (const node of nodes) {
    const parent = node.parent !== undefined && ids.has(node.parent) && node.parent !== node.id ? node.parent : ROOT;
    const siblings = childrenOf.get(parent);
    if (siblings) siblings.push(node);
    else childrenOf.set(parent, [node]);
  }
  const worstOf = new Map<string, State>();
  const seen = new Set<string>();
  const visit = (node: ResourceNode): State => {
    if (seen.has(node.id)) return 'ok';
    seen.add(node.id);
    const worst = (childrenOf.get(node.id) ?? []).map(visit).reduce(worse, nodeState(node));
    worstOf.set(node.id, worst);
    return worst;
  };
  nodes.forEach(visit);
  return { childrenOf, worstOf };
}

interface Spot {
  readonly parent: string;
  readonly depth: number;
  readonly guides: string;
}

const DEEPEST = 12;

function walk(tree: Built, { parent, depth, guides }: Spot, out: { readonly options: TreeOptions; readonly lines: TreeLine[] }): void {
  if (depth > DEEPEST) return;
  const shown = (tree.childrenOf.get(parent) ?? []).filter(({ id }) => !out.options.onlyTrouble || tree.worstOf.get(id) !== 'ok');
  shown.forEach((node, i) => {
    const children = tree.childrenOf.get(node.id)?.length ?? 0;
    const open = !out.options.closed.has(node.id);
    const last = i === shown.length - 1;
    const own = depth === 0 ? '' : `${guides}${last ? '╰─' : '├─'}`;
    out.lines.push({ node, depth, guides: own, children, open, worst: tree.worstOf.get(node.id) ?? 'ok' });
    if (children > 0 && open)
      walk(tree, { parent: node.id, depth: depth + 1, guides: depth === 0 ? '' : `${guides}${last ? '  ' : '│ '}` }, out);
  });
}
