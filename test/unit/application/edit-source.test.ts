import { describe, expect, it } from 'vitest';
import { editSource, imageName, unsetSource } from '../../../src/core/application/edit-source.js';
import { parametersOf } from '../../../src/core/application/parameters.js';

const source = {
  repoURL: 'u',
  path: 'p',
  helm: {
    parameters: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2', forceString: true },
    ],
    valueFiles: ['x.yaml'],
    releaseName: 'r',
  },
};

describe('editSource()', () => {
  it('replaces parameters of the same name in their place, and adds others', () => {
    const { helm } = editSource(source, {
      helm: {
        parameters: [
          { name: 'b', value: '3' },
          { name: 'c', value: '4' },
        ],
      },
    });
    expect(helm).toEqual({
      ...source.helm,
      parameters: [
        { name: 'a', value: '1' },
        { name: 'b', value: '3' },
        { name: 'c', value: '4' },
      ],
    });
  });

  it('replaces value files as a whole', () => {
    expect(editSource(source, { helm: { valueFiles: ['y.yaml'] } }).helm?.['valueFiles']).toEqual(['y.yaml']);
  });

  it('replaces an image by its name, however it is written', () => {
    const old = { repoURL: 'u', kustomize: { images: ['nginx:1.0', 'other/api=reg/api:2'] } };
    expect(editSource(old, { kustomize: { images: ['nginx=reg/nginx:1.1'] } }).kustomize).toEqual({
      images: ['nginx=reg/nginx:1.1', 'other/api=reg/api:2'],
    });
  });

  it('keeps other arguments of Jsonnet', () => {
    const old = { repoURL: 'u', directory: { recurse: true, jsonnet: { tlas: [{ name: 'a', value: '1' }] } } };
    expect(editSource(old, { jsonnet: { extVars: [{ name: 'x', value: '1', code: true }] } }).directory).toEqual({
      recurse: true,
      jsonnet: { tlas: [{ name: 'a', value: '1' }], extVars: [{ name: 'x', value: '1', code: true }] },
    });
  });

  it.each([
    ['nginx', 'nginx'],
    ['reg:5000/nginx', 'reg:5000/nginx'],
    ['reg:5000/nginx:1.2', 'reg:5000/nginx'],
    ['nginx@sha256:abc', 'nginx'],
    ['nginx=reg/nginx:1', 'nginx'],
  ])('the name of the image %s is %s', (image, name) => {
    expect(imageName(image)).toBe(name);
  });
});

describe('unsetSource()', () => {
  it('takes named things away, and a list with its last one', () => {
    expect(unsetSource(source, { parameters: ['a'], valueFiles: ['x.yaml'] })).toEqual({
      repoURL: 'u',
      path: 'p',
      helm: { parameters: [{ name: 'b', value: '2', forceString: true }], releaseName: 'r' },
    });
  });

  it('takes a block with its last field', () => {
    expect(unsetSource({ repoURL: 'u', helm: { values: 'a: 1' } }, { fields: [['helm', 'values']] })).toEqual({ repoURL: 'u' });
  });

  it('changes nothing where nothing is meant', () => {
    expect(unsetSource(source, { parameters: ['zz'], images: ['nginx'] })).toBe(source);
  });
});

describe('parametersOf()', () => {
  it('lists what can be overridden', () => {
    expect(parametersOf({ repoURL: 'u', kustomize: { images: ['n=r/n:1'], replicas: [{ name: 'web', count: 3 }] } })).toEqual([
      { name: 'n', value: 'n=r/n:1' },
      { name: 'web', value: '3' },
    ]);
    expect(parametersOf(source)).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ]);
  });
});
