// What `app set` and `app unset` change in a source. Named things (parameters, images, replicas, variables) replace those of the same
// name and keep their place; everything else is replaced as a whole, as Argo CD does it.

import type { Source } from '../../domain/application.js';
import { isRecord } from '../merge/record.js';

type Named = Readonly<Record<string, unknown>> & { readonly name: string };
type Block = Readonly<Record<string, unknown>>;

export interface SourceEdits {
  /** repoURL, path, chart, targetRevision, ref. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly helm?: Block & { readonly parameters?: readonly Named[]; readonly fileParameters?: readonly Named[] };
  readonly kustomize?: Block & { readonly images?: readonly string[]; readonly replicas?: readonly Named[] };
  readonly directory?: Block;
  readonly jsonnet?: { readonly tlas?: readonly Named[]; readonly extVars?: readonly Named[]; readonly libs?: readonly string[] };
  readonly plugin?: Block & { readonly env?: readonly Named[] };
}

export function editSource(source: Source, edits: SourceEdits): Source {
  const { helm, kustomize, directory, jsonnet, plugin } = edits;
  const oldJsonnet = isRecord(source.directory?.jsonnet) ? source.directory.jsonnet : {};
  const newJsonnet = jsonnet && {
    ...oldJsonnet,
    ...byName(oldJsonnet, jsonnet, ['tlas', 'extVars']),
    ...(jsonnet.libs ? { libs: jsonnet.libs } : {}),
  };
  const blocks = {
    ...changed('helm', source.helm, helm && { ...helm, ...byName(source.helm, helm, ['parameters', 'fileParameters']) }),
    ...changed('kustomize', source.kustomize, kustomize && withImages(source.kustomize, kustomize)),
    ...changed(
      'directory',
      source.directory,
      directory || newJsonnet ? { ...directory, ...(newJsonnet ? { jsonnet: newJsonnet } : {}) } : undefined,
    ),
    ...changed('plugin', source['plugin'], plugin && { ...plugin, ...byName(source['plugin'], plugin, ['env']) }),
  };
  return { ...source, ...edits.fields, ...blocks } as Source;
}

function withImages(old: unknown, edits: NonNullable<SourceEdits['kustomize']>): Block {
  const known = isRecord(old) && Array.isArray(old['images']) ? (old['images'] as string[]) : [];
  const images = edits.images ? { images: mergedBy(known, edits.images, imageName) } : {};
  return { ...edits, ...byName(old, edits, ['replicas']), ...images };
}

function changed(name: string, old: unknown, edits: Block | undefined): Block {
  if (!edits || Object.keys(edits).length === 0) return {};
  return { [name]: { ...(isRecord(old) ? old : {}), ...edits } };
}

/** The lists of named things, each merged with what was there. */
function byName(old: unknown, edits: Block, lists: readonly string[]): Block {
  return Object.fromEntries(
    lists.flatMap((list) => {
      const added = edits[list] as readonly Named[] | undefined;
      if (!added) return [];
      const known = isRecord(old) && Array.isArray(old[list]) ? (old[list] as Named[]) : [];
      return [[list, mergedBy(known, added, ({ name }) => name)]];
    }),
  );
}

function mergedBy<T>(known: readonly T[], added: readonly T[], nameOf: (item: T) => string): T[] {
  const merged = new Map(known.map((item) => [nameOf(item), item]));
  for (const item of added) merged.set(nameOf(item), item);
  return [...merged.values()];
}

/** 'nginx' of 'nginx:1.2', 'nginx=other/nginx:1.2' and 'nginx@sha256:…'. */
export function imageName(image: string): string {
  const before = image.split('=')[0]?.split('@')[0] ?? '';
  const colon = before.lastIndexOf(':');
  return colon > before.lastIndexOf('/') ? before.slice(0, colon) : before;
}

export interface SourceRemovals {
  /** Helm parameters, by name. */
  readonly parameters?: readonly string[];
  readonly valueFiles?: readonly string[];
  readonly images?: readonly string[];
  readonly replicas?: readonly string[];
  readonly pluginEnv?: readonly string[];
  /** Fields of a block, or of the source itself: ['helm', 'values']. */
  readonly fields?: readonly (readonly string[])[];
}

/** The source without them; blocks that become empty go too. */
export function unsetSource(source: Source, removals: SourceRemovals): Source {
  const named = (names: readonly string[] | undefined) => (item: unknown) => !(isRecord(item) && names?.includes(String(item['name'])));
  const gone = new Set((removals.images ?? []).map(imageName));
  let result = filtered(source, ['helm', 'parameters'], named(removals.parameters));
  result = filtered(result, ['helm', 'valueFiles'], (file) => !removals.valueFiles?.includes(String(file)));
  result = filtered(result, ['kustomize', 'images'], (image) => !gone.has(imageName(String(image))));
  result = filtered(result, ['kustomize', 'replicas'], named(removals.replicas));
  result = filtered(result, ['plugin', 'env'], named(removals.pluginEnv));
  for (const path of removals.fields ?? []) result = without(result, path);
  return result;
}

function filtered(source: Source, [block = '', list = '']: readonly string[], keeps: (item: unknown) => boolean): Source {
  const old = source[block];
  const items = isRecord(old) ? old[list] : undefined;
  if (!isRecord(old) || !Array.isArray(items)) return source;
  const kept = items.filter(keeps);
  if (kept.length === items.length) return source;
  return kept.length === 0 ? without(source, [block, list]) : { ...source, [block]: { ...old, [list]: kept } };
}

function without(source: Source, [name = '', field]: readonly string[]): Source {
  const { [name]: block, ...rest } = source;
  if (field === undefined || !isRecord(block)) return rest as Source;
  const { [field]: _, ...kept } = block;
  return (Object.keys(kept).length === 0 ? rest : { ...rest, [name]: kept }) as Source;
}
