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
    turns.give('busy-3');
    expect(called).toEqual(['a']);
    expect(turns.take('one', 'a')).toBe(true);
    expect(turns.take('one', 'd')).toBe(false);
  });

  it('go on to the next when the one who was called does not want it any more', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.take('one', 'b');
    turns.give('busy-0');
    turns.ran('a');
    expect(called).toEqual(['a', 'b']);
    expect(turns.waits('b')).toBe(true);
    expect(turns.take('one', 'b')).toBe(true);
    turns.ran('b');
    expect(turns.waits('b')).toBe(false);
  });

  it('are not given away by somebody who has none', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.give('stranger');
    turns.ran('stranger');
    expect(called).toEqual([]);
  });

  it('are given back where they were taken, although the application goes elsewhere now', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.give('busy-0');
    expect(called).toEqual(['a']);
    expect(turns.take('two', 'a')).toBe(true);
    turns.take('one', 'b');
    expect(turns.take('one', 'c')).toBe(false);
    turns.give('a');
    expect(called).toEqual(['a']);
    turns.give('b');
    expect(called).toEqual(['a', 'c']);
  });

  it('that somebody else took meanwhile are waited for again, without calling one after the other', () => {
    const { turns, called } = eight();
    turns.take('one', 'a');
    turns.take('one', 'b');
    turns.give('busy-0');
    expect(turns.take('one', 'quick')).toBe(true);
    expect(turns.take('one', 'a')).toBe(false);
    turns.ran('a');
    expect(called).toEqual(['a']);
    turns.give('quick');
    expect(called).toEqual(['a', 'b']);
  });
});
