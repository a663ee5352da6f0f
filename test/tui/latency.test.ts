// Key to frame with 10,000 applications of which 500 a second change: the part that is ours, from the decoded key to the cells.
// A frame has 16 ms; shared machines are given a margin, and the figure is printed.
import { describe, expect, it } from 'vitest';
import type { AppRow } from '../../src/domain/fleet.js';
import { paintFrame } from '../../views/paint.js';
import type { Surface } from '../../views/surface.js';
import { clusterRow, NOW_MS } from '../support/rows.js';
import { bigRows, demoFleet } from './fleet.js';
import { Driver } from './press.js';

const LIMIT_MS = 16;

function measure(driver: Driver, keys: readonly string[], rounds: number): { p50: number; p99: number } {
  const rows = [...driver.fleet.apps.values()];
  let frame: Surface | undefined;
  let next = 0;
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    // 500 changes a second are 17 for each frame of 33 ms.
    for (let n = 0; n < 17; n++) {
      const row = rows[next++ % rows.length] as AppRow;
      driver.fleet.apply({
        kind: 'app.changed',
        atMs: NOW_MS + i * 33,
        row: { ...row, health: next % 3 === 0 ? 'Degraded' : 'Healthy', comparedAtMs: NOW_MS + i },
      });
    }
    driver.tick(33);
    const startMs = performance.now();
    driver.keys(keys[i % keys.length] as string);
    frame = paintFrame({ ui: driver.ui, fleet: driver.fleet }, frame);
    times.push(performance.now() - startMs);
  }
  const sorted = times.slice(20).sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)] as number, p99: sorted[Math.floor(sorted.length * 0.99)] as number };
}

describe('10,000 applications, 500 changes a second, 200 x 60', () => {
  const clusters = Array.from({ length: 10 }, (_, i) => clusterRow(`${i % 3 === 0 ? 'prod' : 'stage'}-${i}`));
  const driver = () => new Driver({ fleet: demoFleet(bigRows(), clusters), size: { width: 200, height: 60 } });

  it.each<[string, (each: Driver) => Driver, readonly string[]]>([
    ['overview, moving', (each) => each, ['j', 'l', 'j', 'h', 'pgdn', 'pgup']],
    ['list, moving', (each) => each.keys('2'), ['j', 'k', 'pgdn', 'G', 'home']],
    ['list sorted by state', (each) => each.keys('2', 'o'), ['j', 'pgdn', 'k', 'pgup']],
    ['list, filter being typed', (each) => each.keys('2', '/'), [...'service-01', ...Array<string>(10).fill('backspace')]],
  ])('%s', (name, prepare, keys) => {
    const { p50, p99 } = measure(prepare(driver()), keys, 220);
    console.log(`${name}: key to frame p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
    expect(p50).toBeLessThan(LIMIT_MS);
    expect(p99).toBeLessThan(LIMIT_MS * 4);
  });
});
