// Every page and box at every size that counts, as text and as runs of colours. `npx vitest -u` rewrites them after a look.
import { describe, expect, it } from 'vitest';
import { paintFrame } from '../../views/paint.js';
import type { Surface } from '../../views/surface.js';
import { unpack } from '../../views/theme.js';
import { scenes } from './scenes.js';

const SIZES = [
  [80, 24],
  [100, 30],
  [160, 44],
  [250, 70],
] as const;

describe.each(SIZES)('%i x %i', (width, height) => {
  const all = Object.entries(scenes({ width, height }));

  it.each(all)('%s', async (name, view) => {
    const frame = paintFrame(view);
    expect(frame.toText().split('\n')).toHaveLength(height);
    await expect(`${frame.toText()}\n`).toMatchFileSnapshot(`fixtures/${name}-${width}x${height}.txt`);
  });

  it.each(all)('%s looks the same twice', (_, view) => {
    const frame = paintFrame(view);
    const before = frame.toText();
    expect(paintFrame(view, frame)).toBe(frame);
    expect(frame.toText()).toBe(before);
  });

  it.each(all)('%s has its frame closed and its keys at the bottom', (name, view) => {
    const lines = paintFrame(view).toText().split('\n');
    expect(lines[0]).toContain('⎈');
    expect(lines.at(-1)?.trim()).not.toBe('');
    for (const line of lines.slice(1, -1)) expect(line.length, `${name}: ${line}`).toBeLessThanOrEqual(width);
  });
});

describe('colours', () => {
  it('are as they were on the overview', async () => {
    const { overview } = scenes({ width: 100, height: 30 });
    await expect(runs(paintFrame(overview!))).toMatchFileSnapshot('fixtures/overview-100x30.colours.txt');
  });

  it('stand beside a glyph for each state', () => {
    const text = paintFrame(scenes({ width: 160, height: 44 })['overview']!).toText();
    for (const glyph of '✓◐✗↻‖') expect(text).toContain(glyph);
  });
});

describe('a terminal that is too small', () => {
  it.each([
    [40, 10],
    [59, 24],
    [80, 15],
    [1, 1],
  ])('says so at %i x %i', (width, height) => {
    for (const view of Object.values(scenes({ width, height }))) {
      const text = paintFrame(view).toText();
      if (width >= 40) expect(text).toContain('the terminal is too small');
      if (width >= 40) expect(text).toContain('60x16 is needed');
    }
  });
});

describe('text from outside', () => {
  it('reaches the frame inert', () => {
    const frame = paintFrame(scenes({ width: 100, height: 30 })['why']!);
    for (const code of frame.codes)
      expect(code === 0 || (code >= 0x20 && code !== 0x7f && !(code >= 0x80 && code < 0xa0) && code !== 0x202e)).toBe(true);
    expect(frame.toText()).toContain('日本語');
  });
});

/** Each row as 'column:foreground/background/attributes' where it changes. */
function runs(frame: Surface): string {
  return `${Array.from({ length: frame.height }, (_, y) => {
    const out: string[] = [];
    let last = -1;
    for (let x = 0; x < frame.width; x++) {
      const packed = frame.styles[y * frame.width + x] as number;
      if (packed === last) continue;
      last = packed;
      const { fg, bg, attributes } = unpack(packed);
      out.push(`${x}:${fg}/${bg}${attributes ? `/${attributes}` : ''}`);
    }
    return out.join(' ');
  }).join('\n')}\n`;
}
