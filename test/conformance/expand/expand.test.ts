// Each folder proves one sentence about ApplicationSets: input.yaml (with repo/ and clusters.yaml where it needs them) gives expected.yaml.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/adapters/clock.js';
import { createSources } from '../../../src/adapters/git/sources.js';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import type { ClusterFacts, Inputs } from '../../../src/core/expand/generator.js';
import { destinationsOf } from '../../../src/core/expand/validate.js';
import { parseYaml, parseYamlDocuments } from '../../../src/core/manifest/yaml.js';
import type { Manifest } from '../../../src/domain/resource.js';
import { SetReader } from '../../../src/engine/set-inputs.js';

interface Expected {
  readonly sentence: string;
  /** The first error; nothing is generated. */
  readonly error?: string;
  /** Names of the valid Applications in their order, or in any order where Argo CD promises none. */
  readonly names?: readonly string[];
  readonly unordered?: readonly string[];
  /** Whole Applications without apiVersion and kind. */
  readonly applications?: readonly unknown[];
  readonly problems?: readonly string[];
  readonly params?: readonly unknown[];
  /** Of the fleet: projects that exist; whether destinations are looked up; the new globbing; dot directories. */
  readonly world?: { projects?: string[]; destinations?: boolean; newGlobbing?: boolean; hiddenDirectories?: boolean };
}

const FOLDER = new URL('./', import.meta.url);
const REPO = 'https://git.example.org/repo';
const core = createScriptCore({ lightWorkers: 1 });
const cacheDir = mkdtempSync(join(tmpdir(), 'argosy-expand-'));
afterAll(async () => {
  await core.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

const cases = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe('ApplicationSets expand as Argo CD expands them', () => {
  it('has a case for every kind of generator that needs no service, in both template modes', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  for (const { name } of cases) {
    const folder = new URL(`${name}/`, FOLDER);
    const expected = parseYaml(readFileSync(new URL('expected.yaml', folder), 'utf8'), name) as Expected;
    it(`${name}: ${expected.sentence}`, async () => {
      const expansion = await expanded(folder, expected);
      const { application: names } = { application: expansion.applications.map(({ application }) => application.metadata.name) };
      expect(expansion.stop?.message).toBe(expected.error);
      if (expected.names) expect(names).toEqual(expected.names);
      if (expected.unordered) expect([...names].sort()).toEqual([...expected.unordered].sort());
      if (expected.problems) expect(expansion.problems.map(({ message }) => message)).toEqual(expected.problems);
      if (expected.params) expect(expansion.generated.map(({ params }) => params)).toEqual(expected.params);
      if (expected.applications)
        expect(expansion.applications.map(({ application: { metadata, spec } }) => ({ metadata, spec }))).toEqual(expected.applications);
    }, 60_000);
  }
});

async function expanded(folder: URL, { world = {} }: Expected) {
  const repo = fileURLToPath(new URL('repo', folder));
  const sources = createSources({ cacheDir, clock: systemClock(), map: new Map(existsSync(repo) ? [[REPO, repo]] : []) });
  try {
    const set = parseYaml(readFileSync(new URL('input.yaml', folder), 'utf8'), 'input.yaml') as Manifest;
    const clusters = clustersOf(new URL('clusters.yaml', folder));
    const inputs: Omit<Inputs, 'answers'> = {
      clusters,
      ...(world.projects ? { projects: new Set(world.projects) } : {}),
      ...(world.destinations ? { destinationProblem: destinationsOf(clusters) } : {}),
      newGlobbing: world.newGlobbing === true,
      hiddenDirectories: world.hiddenDirectories === true,
    };
    return await new SetReader({ sources, core }).expand(set, inputs);
  } finally {
    sources.close();
  }
}

function clustersOf(file: URL): ClusterFacts[] {
  if (!existsSync(file)) return [];
  return parseYamlDocuments(readFileSync(file, 'utf8'), 'clusters.yaml').documents.map(({ value }) => {
    const { metadata, stringData } = value as Manifest & { stringData: { name: string; server: string; project?: string } };
    return { ...stringData, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
  });
}
