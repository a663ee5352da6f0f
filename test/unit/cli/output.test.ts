import { describe, expect, it } from 'vitest';
import { paintDiffLine, paintState } from '../../../src/cli/output/colour.js';
import { serial } from '../../../src/cli/output/serial.js';
import { fields, table, textWidth } from '../../../src/cli/output/table.js';
import { treeLines } from '../../../src/cli/output/tree.js';
import { inertLine, inertText } from '../../../src/core/inert.js';

describe('a table', () => {
  const columns = [
    { header: 'NAME', cell: (row: { name: string }) => row.name },
    { header: 'STATE', cell: () => 'ok', paint: (_row: object, text: string) => `<${text}>` },
    { header: 'X', cell: () => '' },
  ];

  it('pads by width on the screen and leaves nothing behind', () => {
    expect(table(columns, [{ name: '日本' }, { name: 'long-name' }])).toBe('NAME       STATE  X\n日本       ok\nlong-name  ok\n');
    expect(textWidth('日本e\u0301')).toBe(5);
  });

  it('colours the padded text, so that columns stay where they are', () => {
    expect(table(columns, [{ name: 'a' }], true)).toBe('NAME  STATE  X\na     <ok   >\n');
  });

  it('is its header where there is nothing', () => {
    expect(table(columns, [])).toBe('NAME  STATE  X\n');
    expect(
      fields([
        ['A', '1'],
        ['', '2'],
        ['B', ''],
      ]),
    ).toBe('A:                  1\n                    2\nB:\n');
  });
});

describe('text from outside', () => {
  it('cannot move the cursor or turn the reading order', () => {
    expect(inertLine('a\u001b[31mb\r\nc\td\u0007\u202e')).toBe('a\\x1b[31mb c d\\x07\\u202e');
    expect(inertText('a\r\nb\tc\u009b')).toBe('a\nb\tc\\x9b');
    expect(inertText('日本 – ok')).toBe('日本 – ok');
  });

  it('is the same value in JSON, whatever it holds', () => {
    const value = { text: 'a\u001b[2J\u009b\u202eb\u2028' };
    const text = serial('json', value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('is inert in YAML on a terminal, and whole in a pipe', () => {
    expect(serial('yaml', { a: 'x\u202ey' }, true)).not.toContain('\u202e');
    expect(serial('yaml', { a: 'x\u202ey' })).toContain('\u202e');
  });
});

describe('a tree', () => {
  it('draws branches and puts what has no parent at the top', () => {
    const items = [{ id: 'a' }, { id: 'b', parent: 'a' }, { id: 'c', parent: 'b' }, { id: 'd', parent: 'a' }, { id: 'e', parent: 'gone' }];
    expect(treeLines(items, ({ id }) => id).map(({ line }) => line)).toEqual(['a', '├─b', '│ └─c', '└─d', 'e']);
  });

  it('ends, also where parents go in a circle', () => {
    expect(
      treeLines(
        [
          { id: 'a', parent: 'b' },
          { id: 'b', parent: 'a' },
          { id: 'c', parent: 'c' },
        ],
        ({ id }) => id,
      ).map(({ line }) => line),
    ).toEqual(['c']);
  });
});

describe('colours', () => {
  it('belong to states and lines of a diff', () => {
    expect(paintState('Degraded (x)', 'Degraded')).toBe('\u001b[31mDegraded\u001b[0m');
    expect(paintState('whatever', 'x')).toBe('x');
    expect(['--- a', '-a', '+a', ' a', '@@ x'].map((line) => paintDiffLine(line).slice(0, 5))).toEqual(
      ['\u001b[1m-', '\u001b[31m', '\u001b[32m', ' a', '\u001b[36m'].map((text) => text.slice(0, 5)),
    );
  });
});
