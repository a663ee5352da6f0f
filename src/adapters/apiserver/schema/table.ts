// The Table form of lists, which kubectl asks for: columns as kubectl users know them, one row for each object.
import type { Manifest } from '../../../domain/resource.js';
import { builtinColumns, type PrinterColumn } from './builtin-types.js';
import { jsonPathValues } from './json-path.js';
import { age, type TableForm } from './table-cells.js';
import { CLUSTER_TABLES } from './table-cluster.js';
import { WORKLOAD_TABLES } from './table-workloads.js';

interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableOptions {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly nowMs: number;
  /** Metadata of the list: resourceVersion, continue, remainingItemCount. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Columns of a custom kind, from readCrd. */
  readonly columns?: readonly PrinterColumn[];
  /** The includeObject parameter of the request. */
  readonly include?: 'None' | 'Metadata' | 'Object';
  /** Rows of a watch after its first event carry no column definitions. */
  readonly headless?: boolean;
}

const DEFAULT: TableForm = { columns: ['Name', 'Age'], cells: (object, nowMs) => [object.metadata.name, age(object, nowMs)] };

/** A meta.k8s.io/v1 Table of objects of one kind. */
export function toTable(objects: readonly Manifest[], options: TableOptions): Readonly<Record<string, unknown>> {
  const custom = options.columns ?? builtinColumns()[`${options.group}/${options.version}/${options.kind}`];
  const form = custom
    ? undefined
    : (WORKLOAD_TABLES[`${options.group}/${options.kind}`] ?? CLUSTER_TABLES[`${options.group}/${options.kind}`] ?? DEFAULT);
  const columnDefinitions = custom ? customColumns(custom) : (form ?? DEFAULT).columns.map(columnDefinition);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: options.metadata ?? {},
    columnDefinitions: options.headless ? null : columnDefinitions,
    rows: objects.map((object) => ({
      cells: custom ? customCells(custom, object, options.nowMs) : (form ?? DEFAULT).cells(object, options.nowMs),
      object: included(object, options.include ?? 'Metadata'),
    })),
  };
}

function columnDefinition(column: string): ColumnDefinition {
  const wide = column.startsWith('+');
  const name = wide ? column.slice(1) : column;
  return { name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority: wide ? 1 : 0 };
}

function customColumns(columns: readonly PrinterColumn[]): ColumnDefinition[] {
  const own = columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format: format ?? '',
    description: description ?? '',
    priority: priority ?? 0,
  }));
  return [{ name: 'Name', type: 'string', format: 'name', description: '', priority: 0 }, ...own];
}

function customCells(columns: readonly PrinterColumn[], object: Manifest, nowMs: number): unknown[] {
  return [object.metadata.name, ...columns.map((column) => customCell(column, object, nowMs))];
}

function customCell(column: PrinterColumn, object: Manifest, nowMs: number): unknown {
  const values = jsonPathValues(column.jsonPath, object);
  if (values.length === 0) return column.type === 'date' ? '<unknown>' : null;
  const [first] = values;
  if (column.type === 'date')
    return typeof first === 'string' ? age({ ...object, metadata: { ...object.metadata, creationTimestamp: first } }, nowMs) : '<unknown>';
  if (column.type === 'integer' || column.type === 'number' || column.type === 'boolean') return first;
  if (values.length > 1) return values.map(plain).join(',');
  return plain(first);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function included(object: Manifest, include: 'None' | 'Metadata' | 'Object'): unknown {
  if (include === 'Object') return object;
  if (include === 'None') return null;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
