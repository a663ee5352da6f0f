import { describe, expect, it } from 'vitest';
import { asciiOnly, colourDepth, type Environment, screenRefusal } from '../../views/terminal-capabilities.js';

describe('colours', () => {
  it.each<[Environment, string]>([
    [{ TERM: 'xterm-256color' }, '256'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolour'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'tmux-256color' }, '256'],
    [{ TERM: 'xterm-kitty' }, 'truecolour'],
    [{ TERM: 'alacritty' }, 'truecolour'],
    [{ TERM: 'foot' }, 'truecolour'],
    [{ TERM: 'linux' }, '16'],
    [{ TERM: 'xterm' }, '16'],
    [{ TERM: 'vt100' }, 'none'],
    [{}, '16'],
  ])('%o: %s', (env, depth) => expect(colourDepth(env)).toBe(depth));
});

describe('glyphs', () => {
  it.each<[Environment, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, false],
    [{ LANG: 'C' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true],
    [{}, false],
    [{ LANG: 'C', ARGOSY_GLYPHS: 'unicode' }, false],
    [{ LANG: 'en_US.UTF-8', ARGOSY_GLYPHS: 'ascii' }, true],
  ])('%o: ASCII only %s', (env, ascii) => expect(asciiOnly(env)).toBe(ascii));
});

describe('where there can be no screen', () => {
  const both = { inputIsTerminal: true, outputIsTerminal: true };

  it('says why, and what works instead', () => {
    expect(screenRefusal({ TERM: 'dumb' }, both)).toMatch(/type "dumb".*argosy run/);
    expect(screenRefusal({}, both)).toContain('unknown');
    expect(screenRefusal({ TERM: 'xterm' }, { ...both, outputIsTerminal: false })).toContain('standard output');
    expect(screenRefusal({ TERM: 'xterm' }, { ...both, inputIsTerminal: false })).toContain('standard input');
    expect(screenRefusal({ TERM: 'xterm' }, both)).toBeUndefined();
  });
});
