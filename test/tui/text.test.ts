import { describe, expect, it } from 'vitest';
import { EMPTY_LINE, edit, insert, type Line, lineOf } from '../../views/editor.js';
import { asciiCode, sparkline } from '../../views/glyphs.js';
import { Surface } from '../../views/surface.js';
import { clip, clipMiddle, inert, pad, textWidth, wrap } from '../../views/text.js';
import { sgr, style } from '../../views/theme.js';

describe('text from outside', () => {
  it.each([
    ['escape sequences', '\u001b[31mred\u0007', '□[31mred□'],
    ['a new line and a tab', 'a\nb\tc', 'a b c'],
    ['right-to-left override', 'abc\u202etxt.exe', 'abc□txt.exe'],
    ['zero-width characters', 'pay\u200bments\ufeff', 'pay□ments□'],
    ['a joined family is one cell', '👩‍👩‍👧!', '□!'],
    ['emoji of both planes', '✅🚀', '□□'],
    ['combining marks become one character, or go', 'e\u0301x\u0338', 'éx'],
    ['a lone surrogate', 'a\ud800b', 'a□b'],
    ['other scripts stay', '日本語 ЖΩ', '日本語 ЖΩ'],
  ])('%s', (_, from, to) => expect(inert(from)).toBe(to));

  it('takes two cells for wide characters', () => expect(textWidth('a日b')).toBe(4));

  it('cuts by cells, never through a wide character', () => {
    expect(clip('日本語', 4)).toBe('日…');
    expect(pad('日本語', 5)).toBe('日本…');
    expect(textWidth(pad('日本', 7))).toBe(7);
    expect(clipMiddle('https://git.example.org/org/apps.git', 16)).toBe('https…g/apps.git');
  });

  it('wraps at spaces, and words that are too long anywhere', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });
});

describe('surface', () => {
  it('never writes outside of itself or of the limit', () => {
    const surface = new Surface({ width: 6, height: 2 });
    surface.text(4, 0, 'abcdef', style('text'));
    surface.text(-2, 1, 'abcdef', style('text'), 3);
    surface.text(0, 9, 'x', style('text'));
    expect(surface.toText()).toBe('    ab\ncde');
  });

  it('never leaves half of a wide character', () => {
    const surface = new Surface({ width: 4, height: 1 });
    surface.text(0, 0, '日本', style('text'));
    surface.text(1, 0, 'x', style('text'));
    expect(surface.row(0)).toBe(' x本');
    surface.fill({ x: 3, y: 0, w: 1, h: 1 }, style('text'));
    expect(surface.row(0)).toBe(' x');
  });

  it('leaves a wide character out that does not fit', () => {
    const surface = new Surface({ width: 3, height: 1 });
    surface.text(0, 0, '日本', style('text'));
    expect(surface.row(0)).toBe('日');
  });
});

describe('colours', () => {
  it('says the same in every depth', () => {
    expect(sgr(style('bad', 'panel', 1), 'truecolour')).toBe('\x1b[0;1;38;2;240;97;109;48;2;21;26;35m');
    expect(sgr(style('bad', 'panel', 1), '256')).toMatch(/^\x1b\[0;1;38;5;\d+;48;5;\d+m$/);
    expect(sgr(style('bad', 'panel', 1), '16')).toBe('\x1b[0;1;91m');
    expect(sgr(style('bad', 'panel', 1), 'none')).toBe('\x1b[0;1m');
  });

  it('keeps text readable where two shades are one of 16 colours', () => {
    expect(sgr(style('dim', 'selDim'), '16')).toBe('\x1b[0;97;100m');
  });

  it('shows the cursor without colours', () => expect(sgr(style('hi', 'sel'), 'none')).toBe('\x1b[0;7m'));

  it('has an ASCII likeness for its glyphs', () => {
    expect(String.fromCodePoint(...[...'✓◐✗↻‖·╭─│▸…'].map((char) => asciiCode(char.codePointAt(0) as number)))).toBe('+~X*=.+-|>~');
    expect(asciiCode('日'.codePointAt(0) as number)).toBe('?'.charCodeAt(0));
  });

  it('draws values as bars', () => {
    expect(sparkline([0, 1, 4, 8], 6)).toBe('▁▁▁▁▄█');
    expect(sparkline([], 3)).toBe('▁▁▁');
  });
});

describe('line editor', () => {
  const press = (line: Line, ...keys: string[]) => keys.reduce((each, key) => edit(each, key) ?? each, line);
  const show = ({ text, cursor }: Line) => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

  it.each<[string, string[], string]>([
    ['types', ['a', 'space', 'b'], 'a b|'],
    ['moves and inserts', ['a', 'c', 'left', 'b'], 'ab|c'],
    ['deletes to both sides', ['a', 'b', 'c', 'left', 'backspace', 'delete'], 'a|'],
    [
      'goes by words and deletes them',
      ['C-u', ...'health:deg x', 'C-w', 'M-b'].map((key) => (key === ' ' ? 'space' : key)),
      'health:|deg ',
    ],
    ['kills to the end and to the start', [...'abcd', 'left', 'left', 'C-k'], 'ab|'],
    ['home and end', [...'ab', 'home', 'x', 'end', 'y'], 'xaby|'],
    ['moves over an emoji as over one character', ['🚀', 'b', 'left', 'left', 'a'], 'a|🚀b'],
  ])('%s', (_, keys, expected) => expect(show(press(EMPTY_LINE, ...keys))).toBe(expected));

  it('leaves other keys to others', () => expect(edit(lineOf('a'), 'enter')).toBeUndefined());

  it('takes several pasted lines as one, and no more than fits', () => {
    expect(insert(lineOf('x '), 'a\n b\n').text).toBe('x a b ');
    expect(insert(EMPTY_LINE, 'y'.repeat(9999)).text.length).toBe(2000);
  });
});
