// What the renderers that use the WebAssembly core have in common.

import { readRenderedText } from '../../core/manifest/documents.js';
import { type Environment, environmentOf } from '../../core/source/environment.js';
import type { Source } from '../../domain/application.js';
import type { RenderRequest, Tree, TreeEntry } from '../../domain/ports.js';
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { CoreFailure, type ScriptCore } from '../../domain/wasm.js';
import { TooMuch } from './gather.js';

export interface CoreInput {
  readonly core: ScriptCore;
  readonly request: RenderRequest;
  /** With its override files merged in. */
  readonly source: Source;
  readonly tree: Tree;
  /** All entries of the repository. */
  readonly entries: readonly TreeEntry[];
  /** The source's directory, '' for the root. */
  readonly root: string;
}

export interface CoreResult {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly Problem[];
  /** Bytes read, for the size of a cache. */
  readonly bytes: number;
}

/** Something that the source says or lacks: it ends the rendering with a sentence. */
export class Refused extends Error {}

export function environment({ request, source, tree, root }: CoreInput): Environment {
  return environmentOf({
    instance: request.instance ?? request.appName,
    namespace: request.destinationNamespace,
    project: request.project ?? 'default',
    revision: tree.revision.id,
    repoURL: source.repoURL,
    path: source.path ?? root,
    targetRevision: source.targetRevision ?? '',
  });
}

/** What went wrong in a rendering, in words; undefined for what is not of the rendering itself. */
export function wrongIn(error: unknown): string | undefined {
  if (error instanceof Refused || error instanceof TooMuch) return error.message;
  if (!(error instanceof CoreFailure)) return undefined;
  return error.reason === 'failed' ? error.message : `${error.message}; a hard refresh tries again`;
}

/** Runs a rendering; what goes wrong in it becomes the application's problem. */
export async function guarded(input: CoreInput, doing: string, render: () => Promise<CoreResult>): Promise<CoreResult> {
  try {
    return await render();
  } catch (error) {
    const wrong = wrongIn(error);
    if (wrong === undefined) throw error;
    const message = `${doing} ${input.root || 'the repository'} failed: ${wrong}`;
    return { manifests: [], bytes: 0, problems: [{ type: 'ComparisonError', message, place: { file: input.root } }] };
  }
}

/** The documents that a renderer printed. */
export function printed(text: string, root: string, bytes: number): CoreResult {
  return { ...readRenderedText(text, `${root || '.'} (rendered)`), bytes };
}
