// The real screen on a pseudo-terminal: what it leaves behind, whatever ends it, and what a person sees meanwhile.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleFakeApp, type LaunchOptions, Session } from './terminal-oracle.js';

/** A sequence that sets a foreground or a background. */
const COLOURS = /\x1b\[(?:\d+;)*(?:[34][0-8]|9[0-7])(?:;\d+)*m/g;

let file = '';
const open: Session[] = [];

beforeAll(async () => {
  file = await bundleFakeApp();
});

afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});

afterAll(() => rmSync(file, { force: true }));

async function launch(options: LaunchOptions = {}, first = 'Clusters × apps'): Promise<Session> {
  const session = new Session(file, options);
  open.push(session);
  await session.see(first);
  return session;
}

/** Normal screen, visible cursor, no mouse, no bracketed paste. */
function expectRestored(session: Session): void {
  expect(session.onAlternateScreen).toBe(false);
  const last = (on: string, off: string) => session.raw.lastIndexOf(off) > session.raw.lastIndexOf(on);
  expect(last('\x1b[?1049h', '\x1b[?1049l')).toBe(true);
  expect(last('\x1b[?25l', '\x1b[?25h')).toBe(true);
  expect(last('\x1b[?1000h', '\x1b[?1000l')).toBe(true);
  expect(last('\x1b[?2004h', '\x1b[?2004l')).toBe(true);
}

describe('leaving', () => {
  it('by q gives the terminal back and exits 0', async () => {
    const session = await launch();
    expect(session.onAlternateScreen).toBe(true);
    session.send('q');
    expect(await session.ended()).toBe(0);
    expectRestored(session);
    expect(session.screen()).toContain('left with 0');
    expect(session.screen()).not.toContain('Clusters');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const)('by %s gives it back and exits %i', async (signal, code) => {
    const session = await launch();
    session.kill(signal);
    expect(await session.ended()).toBe(code);
    expectRestored(session);
  });

  it('by a bug of our own gives it back, says one line and exits 1', async () => {
    const session = await launch({ env: { FAKE_CRASH: '1' } });
    expect(await session.ended()).toBe(1);
    expectRestored(session);
    expect(session.screen()).toContain('argosy: internal error: a bug of our own');
    expect(session.screen()).not.toContain('    at ');
  });

  it('while frames are pouring still gives it back', async () => {
    const session = await launch({ env: { FAKE_APPS: '5000', FAKE_RATE: '1000' } });
    session.send('2');
    await session.see('Applications');
    session.send('\x03');
    expect(await session.ended()).toBe(0);
    expectRestored(session);
  });
});

describe('keys', () => {
  it('reach their commands, also when they come in pieces', async () => {
    const session = await launch();
    session.send('2');
    await session.see('NAME');
    session.send('\x1b');
    session.send('[B');
    session.send('\r');
    await session.see(/Tree[\s\S]*Deployment payments/);
    session.send('d');
    await session.see('spec.replicas');
    session.send('\x1b');
    await session.see('Tree');
  });

  it('that are pasted run nothing', async () => {
    const session = await launch();
    session.send('\x1b[200~:quit\rq\r\x1b[201~');
    await session.see('pasted text is not run');
    session.send('/');
    session.send('\x1b[200~health:degraded\n\x1b[201~');
    await session.see('1 of 61');
    expect(session.exit).toBeUndefined();
  });

  it('are not made of what the terminal answers', async () => {
    const session = await launch();
    session.send('\x1b]11;rgb:0000/5050/7070\x07\x1b[?62;22c\x1b[24;80R');
    session.send('2');
    await session.see('NAME');
    expect(session.screen()).not.toContain('╭─ Sync');
  });
});

describe('the frame', () => {
  it('follows a storm of sizes, and says when it is too small', async () => {
    const session = await launch({ columns: 120, rows: 40 });
    for (let i = 0; i < 50; i++) session.resize(60 + ((i * 37) % 120), 16 + ((i * 13) % 40));
    session.resize(90, 26);
    await session.until(
      () => /^ ⎈ demo/.test(session.screen()) && session.screen().split('\n')[25]?.includes('? help') === true,
      'the last size',
    );
    session.resize(40, 10);
    await session.see('too small');
    session.resize(100, 30);
    await session.see('Clusters × apps');
  });

  it('has no colours under NO_COLOR, and still shows where the cursor is', async () => {
    const session = await launch({ env: { NO_COLOR: '1' } });
    await session.see('payments');
    expect(session.raw.match(COLOURS) ?? []).toEqual([]);
    expect(session.raw).toMatch(/\x1b\[0(?:;1)?;7m/);
  });

  it.each([
    ['truecolour where the terminal says so', { COLORTERM: 'truecolor' }, /;38;2;\d+;\d+;\d+/],
    ['256 colours by the name of the terminal', { COLORTERM: '', TERM: 'tmux-256color' }, /;38;5;\d+/],
    ['16 colours elsewhere', { COLORTERM: '', TERM: 'xterm' }, /\x1b\[0;1;9\dm/],
  ])('has %s', async (_, env, expected) => {
    const session = await launch({ env });
    expect(session.raw).toMatch(expected);
  });

  it('is plain ASCII where the locale is', async () => {
    const session = new Session(file, { env: { LANG: 'C', LC_ALL: 'C' } });
    open.push(session);
    await session.see('Clusters x apps');
    expect(/[^\x00-\x7f]/.test(session.raw)).toBe(false);
  });

  it('writes little where little changes', async () => {
    const session = await launch({ columns: 160, rows: 44, env: { FAKE_LOCATION: 'list' } }, '? help');
    const before = session.raw.length;
    session.send('j');
    await session.until(() => session.raw.length > before, 'an answer to the key');
    expect(session.raw.length - before).toBeLessThan(3_000);
  });

  it('does not hold the program up when the terminal stops reading', async () => {
    const session = await launch({ env: { FAKE_APPS: '3000', FAKE_RATE: '2000' } });
    session.pause();
    await new Promise((resolve) => setTimeout(resolve, 400));
    session.resume();
    session.send('2');
    await session.see('NAME');
    session.send('\x03');
    expect(await session.ended()).toBe(0);
  });
});

describe('a terminal that never reads again', () => {
  it('does not keep the program from ending', async () => {
    const session = await launch(
      { columns: 200, rows: 60, env: { FAKE_APPS: '3000', FAKE_RATE: '5000', FAKE_LOCATION: 'list' } },
      '? help',
    );
    session.pause();
    await new Promise((resolve) => setTimeout(resolve, 500));
    session.kill('SIGTERM');
    await session.until(() => !isAlive(session.pid), 'the process to be gone');
    session.resume();
    expect(await session.ended()).toBe(143);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('where there can be no screen', () => {
  it('refuses a terminal of type dumb, and says what works', async () => {
    const session = new Session(file, { env: { TERM: 'dumb' } });
    open.push(session);
    expect(await session.ended()).toBe(2);
    expect(session.screen().replace(/\n/g, '')).toContain('argosy run');
    expect(session.raw).not.toContain('\x1b[?1049h');
  });

  it('refuses a pipe', () => {
    const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', input: '' });
    expect(status).toBe(2);
    expect(stderr).toContain('standard output is not a terminal');
  });
});
