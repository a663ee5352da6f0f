// Fixtures are YAML files; each document proves the sentence that it begins with.
import { readdirSync, readFileSync } from 'node:fs';
import { parseYamlDocuments } from '../../src/core/manifest/yaml.js';

/** All documents of a folder's files, in order of the file names. Throws where one cannot be read. */
export function fixtures<T extends { readonly sentence: string }>(folder: URL): readonly T[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const { documents, problem } = parseYamlDocuments(readFileSync(new URL(name, folder), 'utf8'), name);
      if (problem) throw new Error(problem.message);
      return documents.map(({ value }) => value as T);
    });
}
