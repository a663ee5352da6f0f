import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/engine/turns.js';

function eight(): { turns: Turns; called: string[] } {
  const called: string[] = [];
  const turns = new Turns((app) => called.push(app));
  for (let i = 0; i < 8; i++) turns.take('one', `busy-${i}`);
  return { turns, called };
}

describe('turns on a cluster', () => {
  it('are for eight at once, and for the others in the order in which they came', () => {
    const { turns, called } = eight();
    expect([turns.take('one', 'a'), turns.take('one', 'b'), turns.take('two', 'c')]).toEqual([false, false, true]);
    turns.give('one', 'busy-3');
    expect(called).toEqual(['a']);
    expect(turns.take('one', 'a')).toBe(true);
    expect(turns.take('one', 'd')).toBe(false);
  });

  it('go on to the next when the one who was called does not want it any more', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.take('one', 'b');
    turns.give('one', 'busy-0');
    turns.ran('a');
    expect(called).toEqual(['a', 'b']);
    expect(turns.waits('one', 'b')).toBe(true);
    expect(turns.take('one', 'b')).toBe(true);
    turns.ran('b');
    expect(turns.waits('one', 'b')).toBe(false);
  });

  it('are not given away by somebody who has none', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.give('one', 'stranger');
    turns.ran('stranger');
    expect(called).toEqual([]);
  });
});
