// What both sides of strategic merge know: the names of its directives, and how the type of a field says it is patched.
import { type ListNode, resolveType, type TypeNode, type TypeTable } from '../../domain/schema.js';
import { ANY, fieldType } from './granular.js';

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const SET_ORDER = '$setElementOrder/';
export const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';

export interface Strategies {
  readonly merge: boolean;
  readonly retainKeys: boolean;
  readonly replace: boolean;
}

/** How a field is patched: what its type and the reference to it say. */
export function strategiesOf(table: TypeTable, node: TypeNode): Strategies {
  const type = resolveType(table, node);
  const text = node.is === 'ref' ? (node.patchStrategy ?? '') : '';
  const words = `${text},${type.is === 'list' ? (type.patchStrategy ?? '') : ''}`.split(',');
  return { merge: words.includes('merge'), retainKeys: words.includes('retainKeys'), replace: words.includes('replace') };
}

/** The type of a map's field; anything where the map's own type is not known. */
export function childOf(table: TypeTable, node: TypeNode, key: string): TypeNode {
  const type = resolveType(table, node);
  return type.is === 'map' ? fieldType(type, key) : ANY;
}

/** The list type of a field whose items are merged; undefined where the list is replaced. */
export function mergedList(table: TypeTable, node: TypeNode): ListNode | undefined {
  const type = resolveType(table, node);
  return type.is === 'list' && strategiesOf(table, node).merge ? type : undefined;
}
