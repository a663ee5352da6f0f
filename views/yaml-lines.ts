// An object as lines of YAML, made once. What only the server is interested in (managedFields) is left out.
import { toYaml } from '../src/core/manifest/yaml.js';
import type { Manifest } from '../src/domain/resource.js';

const MAX_LINES = 20_000;
const known = new WeakMap<Manifest, readonly string[]>();

export function yamlLines(object: Manifest): readonly string[] {
  let lines = known.get(object);
  if (!lines) {
    const { managedFields: _, ...metadata } = object.metadata;
    lines = toYaml({ ...object, metadata })
      .trimEnd()
      .split('\n')
      .slice(0, MAX_LINES);
    known.set(object, lines);
  }
  return lines;
}

/** What a page of text shows: sentences as they are, manifests as YAML documents. */
export function pageLinesOfManifests(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly (string | Manifest)[])
    .flatMap((each, i) => (typeof each === 'string' ? [each] : [...(i > 0 ? ['---'] : []), ...yamlLines(each)]))
    .slice(0, MAX_LINES);
}
