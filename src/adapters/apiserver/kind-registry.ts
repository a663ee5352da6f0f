// The kinds that a server serves: the built-in ones, and those of its CustomResourceDefinitions, which come and go.
import type { ApiKind, Manifest } from '../../domain/resource.js';
import { type TypeNode, type TypeTable, typeOfKind } from '../../domain/schema.js';
import { builtinKinds, builtinTypes, type PrinterColumn } from './schema/builtin-types.js';
import { type CustomKinds, readCrd, type ScalePaths } from './schema/crd.js';

const ARGO = 'argoproj.io';

export class KindRegistry {
  readonly #custom = new Map<string, CustomKinds>();
  readonly #builtin: readonly ApiKind[];
  #kinds: readonly ApiKind[];
  #table: TypeTable;
  #byPath = new Map<string, ApiKind>();

  /** Argo CD's kinds are served by a hub only. */
  constructor(options: { readonly argo: boolean }) {
    this.#builtin = builtinKinds().filter(({ group }) => options.argo || group !== ARGO);
    this.#kinds = this.#builtin;
    this.#table = builtinTypes();
    this.#index();
  }

  get kinds(): readonly ApiKind[] {
    return this.#kinds;
  }

  get table(): TypeTable {
    return this.#table;
  }

  byPath(group: string, version: string, plural: string): ApiKind | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  byKind(group: string, kind: string): ApiKind | undefined {
    return this.#kinds.find((api) => api.group === group && api.kind === kind);
  }

  type(api: ApiKind): TypeNode {
    return typeOfKind(this.#table, api.group, api.version, api.kind) ?? { is: 'any' };
  }

  columns(api: ApiKind): readonly PrinterColumn[] | undefined {
    for (const custom of this.#custom.values()) {
      const columns = custom.columns[`${api.group}/${api.version}/${api.kind}`];
      if (columns) return columns;
    }
    return undefined;
  }

  scalePaths(api: ApiKind): ScalePaths | undefined {
    for (const custom of this.#custom.values()) {
      const paths = custom.scale[`${api.group}/${api.version}/${api.kind}`];
      if (paths) return paths;
    }
    return undefined;
  }

  isCustom(api: ApiKind): boolean {
    return [...this.#custom.values()].some(({ kinds }) => kinds.some(({ group, kind }) => group === api.group && kind === api.kind));
  }

  /** Serves what a CRD defines, or what it defines now. */
  define(crd: Manifest): void {
    this.#custom.set(crd.metadata.name, readCrd(crd));
    this.#rebuild();
  }

  undefine(name: string): readonly ApiKind[] {
    const gone = this.#custom.get(name)?.kinds ?? [];
    this.#custom.delete(name);
    this.#rebuild();
    return gone;
  }

  #rebuild(): void {
    const custom = [...this.#custom.values()];
    this.#kinds = [...this.#builtin, ...custom.flatMap(({ kinds }) => kinds)];
    const base = builtinTypes();
    this.#table = {
      types: Object.assign({}, base.types, ...custom.map(({ table }) => table.types)),
      kinds: Object.assign({}, base.kinds, ...custom.map(({ table }) => table.kinds)),
    };
    this.#index();
  }

  #index(): void {
    this.#byPath = new Map(this.#kinds.map((api) => [`${api.group}/${api.version}/${api.plural}`, api]));
  }
}
