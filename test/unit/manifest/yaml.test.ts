import { describe, expect, it } from 'vitest';
import { parseYaml, parseYamlDocuments, toYaml } from '../../../src/core/manifest/yaml.js';

const value = (text: string) => parseYaml(text, 'a.yaml');

describe('scalars are read as Kubernetes reads them', () => {
  it.each([
    ['yes', true],
    ['y', true],
    ['Off', false],
    ['n', false],
    ['0755', 493],
    ['0o17', 15],
    ['0b11', 3],
    ['0x1F', 31],
    ['1_000', 1000],
    ['+12', 12],
    ['-0', 0],
    ['09', 9],
    ['1e3', 1000],
    ['.5', 0.5],
    ['~', undefined],
    ['12:30', '12:30'],
    ['2020-01-01', '2020-01-01'],
    ['1e999', '1e999'],
    ['"yes"', 'yes'],
    ['yEs', 'yEs'],
    ['1.2.3', '1.2.3'],
    ['0xfg', '0xfg'],
  ])('%s', (text, expected) => {
    expect((value(`a: ${text}\n`) as Record<string, unknown>)['a'] ?? undefined).toEqual(expected);
  });

  it('turns keys into text after reading them', () => {
    expect(value('y: 1\n1: a\nnull: b\n')).toEqual({ true: 1, '1': 'a', null: 'b' });
  });

  it('lets the last of two equal keys win', () => {
    expect(value('a: 1\nb: 2\na: 3\n')).toEqual({ a: 3, b: 2 });
  });

  it('merges with <<', () => {
    expect(value('base: &b {x: 1, y1: 2}\nc:\n  <<: *b\n  x: 3\n')).toEqual({ base: { x: 1, y1: 2 }, c: { x: 3, y1: 2 } });
  });

  it('refuses what JSON cannot carry', () => {
    expect(() => value('a: .inf\n')).toThrow(/JSON/);
  });
});

describe('documents', () => {
  it('are numbered by the line of their first content, and empty ones are left out', () => {
    const text = '# head\n---\n# only a comment\n---\n\na: 1\n---   # why\nb: 2\n------\nc: 3\n--- {d: 4}\n---\n';
    expect(parseYamlDocuments(text, 'a.yaml')).toEqual({
      documents: [
        { value: { a: 1 }, line: 6 },
        { value: { b: 2 }, line: 8 },
        { value: { c: 3 }, line: 10 },
        { value: { d: 4 }, line: 11 },
      ],
    });
  });

  it('keep what stands before the one that is broken, and say where it broke', () => {
    const { documents, problem } = parseYamlDocuments('a: 1\n---\nb: [1\nc: 2\n', 'apps/x.yaml');
    expect(documents).toEqual([{ value: { a: 1 }, line: 1 }]);
    expect(problem?.message).toMatch(/^apps\/x\.yaml:4:\d+: the file is not valid YAML: /);
    expect(problem?.place).toMatchObject({ file: 'apps/x.yaml', line: 4 });
  });

  it('do not end in the middle of a list', () => {
    expect(() => value('a: 1\nkind: [\n')).toThrow(/^a\.yaml:3:1: /);
  });

  it('may be JSON, with tabs, and with Windows line ends', () => {
    expect(value('{\r\n\t"a": [1, true]\r\n}\r\n')).toEqual({ a: [1, true] });
    expect(value('\uFEFFa: 1\r\n')).toEqual({ a: 1 });
  });
});

describe('what strict YAML refuses and kubectl accepts', () => {
  it('reads quoted text whose continuation is not indented', () => {
    expect(value("status:\n  message: 'first\n  second'\n  ready: yes\n")).toEqual({ status: { message: 'first second', ready: true } });
  });

  it('reads flow collections that end at the column of their key', () => {
    expect(value('a:\n  b: {\n  c: 0755\n  }\n')).toEqual({ a: { b: { c: 493 } } });
  });

  it('ignores unknown local tags', () => {
    expect(value('a: !Ref b\n')).toEqual({ a: 'b' });
  });
});

describe('limits', () => {
  const bomb = (levels: number) =>
    `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(',')}]`).join('\n')}\n`;

  it('refuses aliases that expand without measure', () => {
    expect(() => value(bomb(9))).toThrow(/aliases expand to more than/);
  });

  it('writes out ordinary aliases, so that no two places share one object', () => {
    const read = value('a: &x {k: 1}\nb: *x\n') as { a: object; b: object };
    expect(read).toEqual({ a: { k: 1 }, b: { k: 1 } });
    expect(read.a).not.toBe(read.b);
  });

  it('refuses an anchor inside itself', () => {
    expect(() => value('a: &a [*a]\n')).toThrow(/a\.yaml/);
  });

  it('does not let a key change the prototype', () => {
    expect(Object.getPrototypeOf(value('__proto__: {polluted: 1}\n'))).toBe(Object.prototype);
  });
});

describe('toYaml()', () => {
  it('puts apiVersion, kind and metadata first and sorts the rest', () => {
    expect(toYaml({ spec: { b: 1, a: [{ z: 1, y: 2 }] }, metadata: { name: 'web' }, kind: 'K', apiVersion: 'v1', data: {} })).toBe(
      "apiVersion: v1\nkind: K\nmetadata:\n  name: web\ndata: {}\nspec:\n  a:\n  - 'y': 2\n    z: 1\n  b: 1\n",
    );
  });

  it('gives back the same value', () => {
    const tricky = {
      a: ['yes', 'y', '0755', '1e3', '2020-01-01', '12:30', '', ' x', 'a: b', '# c', 'null', '~', '1_0', '.inf', 'l1\nl2\n', 'é\u0007'],
    };
    expect(value(toYaml(tricky))).toEqual(tricky);
  });
});
