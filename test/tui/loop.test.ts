// The loop between engine and terminal, on a clock that stands still: when frames are made, and what becomes of answers.
import { describe, expect, it } from 'vitest';
import { runScreen } from '../../views/app.js';
import type { InputEvent } from '../../views/input/input-event.js';
import type { Surface } from '../../views/surface.js';
import type { Terminal, TerminalHandlers } from '../../views/terminal-port.js';
import { manualClock } from '../support/clock.js';
import { FakeEngine } from '../support/fake-engine.js';
import { appRow, NOW_MS } from '../support/rows.js';
import { demoClusters, demoRows, TREE } from './fleet.js';

class FakeTerminal implements Terminal {
  handlers: TerminalHandlers | undefined;
  frames = 0;
  text = '';
  left = false;
  readonly copied: string[] = [];
  suspended = 0;

  size() {
    return { width: 120, height: 40 };
  }
  start(handlers: TerminalHandlers): void {
    this.handlers = handlers;
  }
  show(frame: Surface): void {
    this.frames++;
    this.text = frame.toText();
  }
  redraw(frame: Surface): void {
    this.show(frame);
  }
  suspend(): void {
    this.suspended++;
  }
  copy(text: string): void {
    this.copied.push(text);
  }
  async leave(): Promise<void> {
    this.left = true;
  }
  keys(...keys: string[]): void {
    this.handlers?.input(keys.map((key): InputEvent => ({ kind: 'key', key })));
  }
}

async function start(options: { readonly location?: string } = {}) {
  const engine = new FakeEngine();
  engine.rows = demoRows();
  engine.clusters = demoClusters();
  const clock = manualClock(NOW_MS);
  const terminal = new FakeTerminal();
  const ended = runScreen({ engine, terminal, clock, actor: 'anna', ...options });
  await clock.advance(50);
  return { engine, clock, terminal, ended };
}

describe('frames', () => {
  it('are made at once for keys, one for all keys of a read', async () => {
    const { terminal } = await start();
    const before = terminal.frames;
    terminal.keys('2', 'j', 'j');
    expect(terminal.frames).toBe(before + 1);
    expect(terminal.text).toContain('Applications');
  });

  it('are made at most every 33 ms for events, and not later', async () => {
    const { terminal, engine, clock } = await start();
    await clock.advance(100);
    const before = terminal.frames;
    for (let i = 0; i < 20; i++) {
      for (let n = 0; n < 25; n++) engine.emit({ kind: 'app.changed', atMs: clock.now(), row: appRow(`new-${n}`) });
      await clock.advance(5);
    }
    expect(terminal.frames - before).toBeGreaterThanOrEqual(3);
    expect(terminal.frames - before).toBeLessThanOrEqual(5);
    await clock.advance(33);
    expect(terminal.text).toContain('new-0');
  });

  it('are not made while nothing happens, but for the age of things', async () => {
    const { terminal, clock } = await start();
    const before = terminal.frames;
    await clock.advance(3_000);
    expect(terminal.frames - before).toBe(3);
  });
});

describe('answers', () => {
  it('fill the page that asked', async () => {
    const { terminal, engine, clock } = await start({ location: 'app argocd/payments-production-eu' });
    engine.answers = { tree: TREE };
    terminal.keys('R');
    await clock.advance(40);
    expect(terminal.text).toContain('CrashLoopBackOff');
    expect(engine.intents).toEqual([{ kind: 'refresh', app: 'argocd/payments-production-eu', hard: false }]);
  });

  it('that are refusals become a message', async () => {
    const { terminal, engine, clock } = await start();
    engine.onRequest = () => Promise.reject(new Error('the cluster is only observed'));
    terminal.keys('R');
    await clock.advance(40);
    expect(terminal.text).toContain('the cluster is only observed');
  });

  it('that fail are said on the page', async () => {
    const { terminal, clock } = await start({ location: 'diff argocd/payments-production-eu' });
    await clock.advance(40);
    expect(terminal.text).toContain('the test has no an answer to diff');
  });
});

describe('the end', () => {
  it('by q leaves the terminal, the engine and no timer behind', async () => {
    const { terminal, engine, clock, ended } = await start();
    terminal.keys('q');
    expect(await ended).toBe(0);
    await clock.advance(5_000);
    expect(terminal.left).toBe(true);
    expect(engine.listeners).toBe(0);
    expect(clock.sleeping()).toBe(0);
  });

  it('by a signal has its code', async () => {
    const { terminal, ended } = await start();
    terminal.handlers?.ended(143);
    expect(await ended).toBe(143);
  });
});

describe('outside of the model', () => {
  it('copies the name and the place, and goes into the background', async () => {
    const { terminal } = await start({ location: 'list health:degraded' });
    terminal.keys('c', 'C', 'C-z');
    expect(terminal.copied).toEqual(['payments-production-eu', 'list health:degraded']);
    expect(terminal.suspended).toBe(1);
  });
});
