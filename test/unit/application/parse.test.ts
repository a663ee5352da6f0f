import { describe, expect, it } from 'vitest';
import { destinationProblem, parseApplication } from '../../../src/core/application/parse.js';
import { nearest } from '../../../src/core/nearest.js';

const manifest = (spec: unknown) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name: 'web', namespace: 'argocd' },
  spec,
});
const source = { repoURL: 'https://example.com/repo', path: 'app' };
const destination = { server: 'https://kubernetes.default.svc', namespace: 'web' };
const messages = (spec: unknown) => parseApplication(manifest(spec)).problems.map(({ type, message }) => `${type}: ${message}`);

describe('parseApplication()', () => {
  it('normalises as Argo CD stores it and keeps what it does not know', () => {
    const { app, problems } = parseApplication(
      manifest({
        source: { ...source, directory: { recurse: false, jsonnet: {} }, helm: { values: '' }, kustomize: null },
        destination: { server: 'https://kubernetes.default.svc/', namespace: 'web' },
        syncPolicy: {},
        revisionHistoryLimit: 0,
      }),
    );
    expect(app.spec).toEqual({ project: 'default', source, destination, revisionHistoryLimit: 0 });
    expect(problems).toEqual([]);
  });

  it('keeps blocks that say something by being there', () => {
    const { app } = parseApplication(
      manifest({ source: { ...source, directory: { include: '*.yaml' } }, destination, syncPolicy: { automated: {} } }),
    );
    expect(app.spec.syncPolicy).toEqual({ automated: {} });
    expect(app.spec.source?.directory).toEqual({ include: '*.yaml' });
  });

  it('names what has the wrong type, with its path, and leaves it out of the typed view', () => {
    const { app } = parseApplication(
      manifest({ source: { ...source, targetRevision: 1.2 }, destination, syncPolicy: { automated: { prune: 'yes' } } }),
    );
    expect(app.spec.source).toEqual(source);
    expect(messages({ source: { ...source, targetRevision: 1.2 }, destination, syncPolicy: { automated: { prune: 'yes' } } })).toEqual([
      'InvalidSpecError: the application cannot be used: spec.source.targetRevision is the number 1.2, but text is expected',
      'InvalidSpecError: the application cannot be used: spec.syncPolicy.automated.prune is the text "yes", but a boolean is expected',
    ]);
    expect(messages('nothing')).toEqual([
      'InvalidSpecError: the application cannot be used: spec is the text "nothing", but a map is expected',
    ]);
  });

  it('warns of fields that nothing reads, with the nearest right name', () => {
    expect(messages({ sourse: source, source, destination, syncPolicy: { automated: { slefHeal: true } } })).toEqual([
      'UnknownFieldWarning: spec.sourse is not a known field; did you mean "source"?',
      'UnknownFieldWarning: spec.syncPolicy.automated.slefHeal is not a known field; did you mean "selfHeal"?',
    ]);
    expect(parseApplication(manifest({ sourse: source, source, destination })).app.spec['sourse']).toEqual(source);
  });

  it.each([
    [
      { source, destination: { ...destination, name: 'x' } },
      "application destination can't have both name and server defined: x https://kubernetes.default.svc",
    ],
    [{ source, destination: { namespace: 'web' } }, 'Destination server missing from app spec'],
    [{ destination }, 'spec.source.repoURL and either spec.source.path or spec.source.chart are required'],
    [{ source: { repoURL: 'x' }, destination }, 'spec.source.repoURL and either spec.source.path or spec.source.chart are required'],
    [
      { sources: [source, { repoURL: 'x' }], destination },
      'spec.sources[1].repoURL and either spec.sources[1].path, spec.sources[1].chart or spec.sources[1].ref are required',
    ],
    [
      { source: { repoURL: 'x', chart: 'c' }, destination },
      'spec.source.targetRevision is required if the manifest source is a helm chart',
    ],
  ])('%j', (spec, message) => {
    expect(messages(spec)).toEqual([`InvalidSpecError: ${message}`]);
  });

  it('accepts a source that is only referred to, among several', () => {
    expect(messages({ sources: [source, { repoURL: 'x', ref: 'values' }], source: {}, destination })).toEqual([]);
  });

  it('says that there is no spec', () => {
    expect(messages(undefined)).toEqual(['InvalidSpecError: the application has no spec']);
  });
});

describe('destinationProblem()', () => {
  const clusters = [
    { name: 'a', server: 'https://one' },
    { name: 'a', server: 'https://two' },
    { name: 'b', server: 'https://three/' },
  ];
  it.each([
    [{ name: 'c' }, 'there are no clusters with this name: c'],
    [{ name: 'a' }, 'there are 2 clusters with the same name: [https://one https://two]'],
    [{ server: 'https://four' }, 'cluster "https://four" is not configured'],
    [{ name: 'b' }, undefined],
    [{ server: 'https://three' }, undefined],
  ])('%j', (wanted, message) => {
    expect(destinationProblem(wanted, clusters)?.message).toBe(message);
  });
});

describe('nearest()', () => {
  it.each([
    ['mian', ['main', 'maintenance'], 'main'],
    ['targetRevison', ['targetRevision', 'path'], 'targetRevision'],
    ['zzz', ['main', 'stable'], undefined],
    ['', ['a'], 'a'],
  ])('%s', (written, known, expected) => {
    expect(nearest(written as string, known as string[])).toBe(expected);
  });
});
