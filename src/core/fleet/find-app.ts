// An application by what a person types: 'name', 'namespace/name', 'name@cluster', 'namespace/name@cluster'.
import type { AppRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import { nearest } from '../nearest.js';

const SHOWN = 5;

/** The one application that is meant. Throws UserError with the nearest name, or with the names that would be clear. */
export function findApp(rows: readonly AppRow[], text: string, namespace?: string): AppRow {
  const at = text.lastIndexOf('@');
  const [path, cluster] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, undefined];
  const slash = path.indexOf('/');
  const [wantedNamespace, name] = slash >= 0 ? [path.slice(0, slash), path.slice(slash + 1)] : [namespace, path];
  const found = rows.filter(
    (row) =>
      row.name === name &&
      (wantedNamespace === undefined || row.namespace === wantedNamespace) &&
      (cluster === undefined || row.cluster === cluster || row.server === cluster),
  );
  if (found.length === 1) return found[0] as AppRow;
  if (found.length > 1) throw new UserError(`application "${text}" is ambiguous: ${clear(found)}`);
  throw new UserError(`application "${text}" not found${suggestion(rows, name)}`);
}

function clear(found: readonly AppRow[]): string {
  const distinct = new Set(found.map(({ namespace }) => namespace)).size === found.length;
  const names = found
    .slice(0, SHOWN)
    .map((row) => (distinct ? `${row.namespace}/${row.name}` : `${row.namespace}/${row.name}@${row.cluster}`));
  return `${names.join(', ')}${found.length > SHOWN ? ', ...' : ''}`;
}

function suggestion(rows: readonly AppRow[], name: string): string {
  if (rows.length === 0) return ': there are no applications';
  const near = nearest(
    name,
    rows.map((row) => row.name),
  );
  const same = rows.filter((row) => row.name === name);
  if (same.length > 0) return `; there is ${clear(same)}`;
  return near === undefined ? '; `argosy app list` shows them' : `; did you mean "${near}"?`;
}
