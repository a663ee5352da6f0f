// `npm start` on a terminal: the demo fleet comes up, a plan can be looked at, a command in another terminal sees the same engine, and
// leaving gives the terminal back and stops the engine.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Place, PROGRAM, place } from '../support/program.js';
import { Session } from '../tui/terminal-oracle.js';

let here: Place;
let session: Session;

beforeAll(() => {
  here = place();
  const starter = join(here.dir, 'start.mjs');
  writeFileSync(
    starter,
    `process.argv.splice(1, process.argv.length, ${JSON.stringify(PROGRAM)}, 'demo');\nawait import(${JSON.stringify(PROGRAM)});\n`,
  );
  const env = Object.fromEntries(Object.entries(here.env).filter(([name, value]) => name !== 'NO_COLOR' && value !== undefined)) as Record<
    string,
    string
  >;
  session = new Session(starter, { columns: 140, rows: 42, env });
});
afterAll(() => {
  session.dispose();
  here.remove();
});

it('shows the demo fleet, its plan and its diff, answers a command beside it, and leaves cleanly', async () => {
  await session.see(/Clusters × apps/, 20_000);
  await session.see(/payments\s.*✗ Degraded/, 60_000);
  const beside = await here.run(['app', 'list']);
  expect(beside.stdout).toMatch(/argocd\/payments-production-eu\s.*Degraded/);
  session.send('2');
  await session.see(/my-app-production-us/);
  session.send('/my-app-production-us\r');
  session.send('d');
  await session.see(/v1\.2\.1/);
  session.send('\x1b');
  await session.until(() => !session.screen().includes('Objects'), 'the diff to close');
  session.send('s');
  await session.see(/wave 0/);
  session.send('\x1b');
  await session.until(() => !session.screen().includes('wave 0'), 'the plan to close');
  session.send('\x03');
  expect(await session.ended()).toBe(0);
  expect(session.onAlternateScreen).toBe(false);
}, 120_000);
