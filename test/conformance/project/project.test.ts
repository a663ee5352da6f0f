// Each fixture proves one sentence of the behaviour reference about projects:
//   project    the spec of the AppProject
//   cases      an application's repo and destination, and the problems it gets; or a resource and its refusal; or a time and whether it may sync
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/core/manifest/yaml.js';
import { parseProject } from '../../../src/core/project/parse.js';
import { resourceRefusal } from '../../../src/core/project/permissions.js';
import { projectProblems } from '../../../src/core/project/project-problems.js';
import { canSync } from '../../../src/core/project/windows.js';
import type { Application, Destination } from '../../../src/domain/application.js';
import type { Project } from '../../../src/domain/project.js';
import type { ResourceRef } from '../../../src/domain/resource.js';

interface Case {
  readonly repo?: string;
  readonly destination?: Destination;
  readonly resource?: Partial<ResourceRef> & { kind: string };
  readonly at?: string;
  readonly manual?: boolean;
  readonly startedAt?: string;
  /** Problems or the refusal; for a time: whether it may sync. */
  readonly expected: readonly string[] | boolean;
}

interface Fixture {
  readonly sentence: string;
  readonly project: Record<string, unknown>;
  readonly cases: readonly Case[];
}

const folder = join(import.meta.dirname, 'fixtures');
const SERVERS: Readonly<Record<string, string>> = { prod: 'https://prod.example', staging: 'https://staging.example' };

describe('projects', () => {
  for (const name of readdirSync(folder).sort()) {
    const fixture = parseYaml(readFileSync(join(folder, name), 'utf8'), name) as Fixture;
    const { project } = parseProject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AppProject',
      metadata: { name: 'team', namespace: 'argocd' },
      spec: fixture.project,
    });
    it.each(fixture.cases)(`${name.replace(/\.yaml$/, '')}: ${fixture.sentence} (%j)`, (one) => {
      expect(answer(one, project)).toEqual(one.expected);
    });
  }
});

function answer(one: Case, project: Project): readonly string[] | boolean {
  const destination = one.destination ?? { name: 'prod', namespace: 'shop' };
  const repoURL = one.repo ?? 'https://example.com/team/repo';
  const app = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'argocd' },
    spec: { project: 'team', source: { repoURL, path: '.' }, destination },
  } as Application;
  if (one.at !== undefined) {
    const startedAtMs = one.startedAt === undefined ? {} : { startedAtMs: Date.parse(one.startedAt) };
    const windows = project.spec.syncWindows ?? [];
    return canSync({ windows, app, manual: one.manual === true, nowMs: Date.parse(one.at), ...startedAtMs }).allowed;
  }
  const clusterName = destination.name ?? Object.keys(SERVERS).find((key) => SERVERS[key] === destination.server) ?? '';
  const resolved = {
    server: destination.server ?? SERVERS[clusterName] ?? '',
    name: clusterName,
    namespace: destination.namespace ?? '',
  };
  if (one.resource) {
    const ref = { group: '', version: 'v1', namespace: '', name: 'x', ...one.resource };
    const refusal = resourceRefusal(project, ref, { namespaced: ref.namespace !== '', destination: resolved });
    return refusal === undefined ? [] : [refusal];
  }
  return projectProblems({ app, project, destination: resolved, controlNamespace: 'argocd' }).map(({ message }) => message);
}
