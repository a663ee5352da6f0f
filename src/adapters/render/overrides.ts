// `.argocd-source.yaml` and `.argocd-source-<app>.yaml` in a source's directory change the source (behaviour 2.2, "Override files").
import { checkShape } from '../../core/application/shape.js';
import { SOURCE_SHAPE } from '../../core/application/spec-shape.js';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { jsonMerge } from '../../core/merge/json-merge.js';
import type { Source } from '../../domain/application.js';
import type { Tree } from '../../domain/ports.js';
import type { Problem } from '../../domain/problem.js';

/** Never taken from a file of the repository itself. */
const FIXED = ['repoURL', 'path', 'chart', 'targetRevision', 'ref'] as const;

export function overrideNames(appName: string): readonly string[] {
  return ['.argocd-source.yaml', `.argocd-source-${appName}.yaml`];
}

export interface Overridden {
  readonly source: Source;
  readonly problem?: Problem;
}

/** The source with the given files merged over it, one after the other; lists replace lists. */
export async function withOverrides(source: Source, tree: Tree, paths: readonly string[]): Promise<Overridden> {
  let merged: unknown = source;
  for (const path of paths) {
    const { documents, problem } = parseYamlDocuments(Buffer.from(await tree.read(path)).toString('utf8'), path);
    if (problem) return failed(source, problem.message, path);
    const patch = documents[0]?.value;
    if (patch === undefined) continue;
    const { wrong } = checkShape(patch, SOURCE_SHAPE, path);
    if (wrong[0] !== undefined) return failed(source, `the source cannot be changed by ${path}: ${wrong[0]}`, path);
    merged = jsonMerge(merged, patch);
  }
  const result = { ...(merged as Source) };
  for (const field of FIXED) {
    delete result[field];
    if (source[field] !== undefined) result[field] = source[field];
  }
  return { source: result };
}

function failed(source: Source, message: string, file: string): Overridden {
  return { source, problem: { type: 'ComparisonError', message, place: { file } } };
}
