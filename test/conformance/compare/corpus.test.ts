// Real manifests show no difference after they were written to a server, whichever way they were written.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../../src/adapters/apiserver/schema/defaults.js';
import { dynamicDefaults } from '../../../src/adapters/apiserver/schema/dynamic-defaults.js';
import { pruneUnknown } from '../../../src/adapters/apiserver/schema/prune.js';
import { type Schema, typesOfSchemas } from '../../../src/adapters/kube/openapi-types.js';
import { resourceDiff } from '../../../src/core/diff/resource-diff.js';
import { hookOf } from '../../../src/core/manifest/hooks.js';
import { parseYamlDocuments } from '../../../src/core/manifest/yaml.js';
import { isRecord } from '../../../src/core/merge/record.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { compareWith, marked, synced } from '../../unit/compare/support.js';
import { table, typeOf } from '../../unit/merge/support.js';

const OPENAPI = new URL('../../../../shared/reference/kubernetes-openapi/openapi-v2-v1.36.3.json.gz', import.meta.url);
const CORPUS = new URL('../../../../shared/corpus/', import.meta.url);

/** Objects of built-in kinds in all plain YAML files; templates and what is no manifest are left out. */
function objects(): readonly Manifest[] {
  const names = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.ya?ml$/.test(name) && !name.includes('/templates/'),
  );
  return names.sort().flatMap((name) => {
    const text = readFileSync(new URL(name, CORPUS), 'utf8');
    if (text.includes('{{')) return [];
    return parseYamlDocuments(text, name).documents.flatMap(({ value }) =>
      isManifest(value) && typeOf(value).is !== 'any' && hookOf(value).kind === 'none' ? [value] : [],
    );
  });
}

function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    typeof value['apiVersion'] === 'string' &&
    typeof value['kind'] === 'string' &&
    isRecord(value['metadata']) &&
    typeof value['metadata']['name'] === 'string'
  );
}

/** The object as a server stores it. */
function stored(object: Manifest): Manifest {
  const type = typeOf(object);
  return dynamicDefaults(applyDefaults(table, type, pruneUnknown(table, type, structuredClone(object))));
}

function secretStored(object: Manifest): Manifest {
  const { stringData, ...rest } = object as Manifest & { stringData?: Record<string, string> };
  if (object.kind !== 'Secret' || !stringData) return object;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return { ...rest, data: { ...(object['data'] as object), ...encoded } } as Manifest;
}

describe.skipIf(!existsSync(CORPUS))(`manifests of ${CORPUS.pathname} (skipped where that folder is not there)`, () => {
  const all = existsSync(CORPUS) ? objects().map((object) => marked(inNamespace(object))) : [];
  const differences = (target: Manifest, live: Manifest, types = table) =>
    compareWith({ targets: [target], live: [live], typesFor: () => types }).resources.flatMap((each) =>
      resourceDiff(each).fields.map(({ path }) => `${target.kind}/${target.metadata.name}: ${path}`),
    );

  it('are enough to mean something', () => expect(all.length).toBeGreaterThan(60));

  it('are Synced after a server-side apply', () => {
    expect(all.flatMap((target) => differences(target, stored(secretStored(synced(target)))))).toEqual([]);
  });

  it.skipIf(!existsSync(OPENAPI))('are Synced with the types that a real server publishes, which know few defaults', () => {
    const { definitions } = JSON.parse(gunzipSync(readFileSync(OPENAPI)).toString()) as { definitions: Record<string, Schema> };
    const types = typesOfSchemas(definitions);
    expect(all.flatMap((target) => differences(target, stored(secretStored(synced(target))), types))).toEqual([]);
  });

  it('are Synced after kubectl apply', () => {
    const applied = (target: Manifest) => {
      const text = JSON.stringify(target);
      const annotations = { ...target.metadata.annotations, 'kubectl.kubernetes.io/last-applied-configuration': text };
      return stored(secretStored({ ...target, metadata: { ...target.metadata, annotations } }));
    };
    expect(all.flatMap((target) => differences(target, applied(target)))).toEqual([]);
  });

  it('are different as soon as one value is', () => {
    const hidden = all.flatMap((target) => {
      const live = stored(secretStored(synced(target)));
      const labels = { ...target.metadata.labels, changed: 'yes' };
      const changed = { ...target, metadata: { ...target.metadata, labels } };
      return differences(changed, live).length > 0 ? [] : [target.metadata.name];
    });
    expect(hidden).toEqual([]);
  });
});

function inNamespace(object: Manifest): Manifest {
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? 'shop' } };
}
