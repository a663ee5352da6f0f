// The ConfigManagementPlugin files that the configuration names: files, or folders of them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseYamlDocuments } from '../../core/manifest/yaml.js';
import { type Plugin, readPlugin } from '../../core/source/plugin.js';
import { UserError } from '../../domain/problem.js';

/** Throws UserError with the file where something cannot be used. */
export function readPlugins(paths: readonly string[]): readonly Plugin[] {
  const plugins = new Map<string, Plugin>();
  for (const file of paths.flatMap(filesOf)) {
    const { documents, problem } = parseYamlDocuments(textOf(file), file);
    if (problem) throw new UserError(problem.message, problem.place);
    for (const { value, line } of documents) {
      const plugin = readPlugin(value);
      const place = { file, line };
      if (typeof plugin === 'string') throw new UserError(`cannot use the plugin ${file}:${line}: ${plugin}`, place);
      if (plugins.has(plugin.id)) throw new UserError(`${file}:${line}: a plugin ${plugin.id} is there already`, place);
      plugins.set(plugin.id, plugin);
    }
  }
  return [...plugins.values()];
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
  } catch {
    throw new UserError(`cannot use the plugin ${path}: there is no such file or folder`, { file: path });
  }
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the plugin ${file}: ${(error as Error).message}`, { file });
  }
}
