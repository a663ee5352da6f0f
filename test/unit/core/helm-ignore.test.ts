import { describe, expect, it } from 'vitest';
import { withoutIgnored } from '../../../src/core/source/helm-ignore.js';

const left = (text: string, ...paths: string[]) => Object.keys(withoutIgnored(Object.fromEntries(paths.map((path) => [path, 1])), text));

describe('.helmignore', () => {
  it.each([
    ['tests/', ['tests/a.yaml', 'templates/tests/b.yaml', 'templates/c.yaml'], ['templates/c.yaml']],
    ['/ci', ['ci/a', 'x/ci'], ['x/ci']],
    ['*.bak', ['a.bak', 'x/b.bak', 'c'], ['c']],
    ['docs/*.md', ['docs/a.md', 'docs/x/b.md', 'a.md'], ['docs/x/b.md', 'a.md']],
    ['# a comment\n\n  spaced  ', ['spaced', 'comment'], ['comment']],
    ['templates', ['templates/a.yaml', 'templates.yaml'], ['templates.yaml']],
    ['', ['templates/.hidden.yaml', 'templates/a.yaml', '.helmignore'], ['templates/a.yaml', '.helmignore']],
    ['!*.yaml', ['a.yaml', 'b.txt'], ['a.yaml']],
  ])('%j', (text, paths, expected) => {
    expect(left(text, ...paths)).toEqual(expected);
  });
});
