// Stories with a seed: whatever happens, the rules hold at every write; and when everything calms down, every application is as Git wants it.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AppRow } from '../../src/domain/fleet.js';
import type { Manifest } from '../../src/domain/resource.js';
import { CLUSTERS, ground } from './ground.js';
import { idOf } from './rules.js';
import { APPS, CANARY, Story } from './story.js';

const SEEDS = process.env['ARGOSY_SEEDS']?.split(',').map(Number) ?? Array.from({ length: 8 }, (_, i) => i + 1);
const STEPS = Number(process.env['ARGOSY_STEPS'] ?? 30);
const CALM_MS = 45 * 60_000;
const TRACKING = 'argocd.argoproj.io/tracking-id';

describe('a story', () => {
  it.each(SEEDS)('with seed %i keeps the rules and ends as Git wants', { timeout: 120_000 }, async (seed) => {
    const on = ground(seed);
    const story = new Story(on);
    await story.open();
    const strangers = await story.plantStrangers();
    await on.clock.advance(30_000);
    for (let i = 0; i < STEPS; i++) await story.step();
    await calm(story);
    const tale = story.told.join('\n');
    expect(on.rules.violations, tale).toEqual([]);
    expect(on.history.unfinished(), tale).toEqual([]);
    for (const { name, cluster } of APPS) {
      expect(await liveOf(story, cluster, name), `${name}\n${tale}`).toEqual(wantedOf(story, name));
      expect(story.now.rows.get(name), `${name}\n${tale}`).toMatchObject({ sync: 'Synced', health: 'Healthy' });
    }
    for (const [name, was] of strangers) {
      const live = await on.clusters.get(name)?.get({ group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'stranger' });
      expect(`${live?.metadata.uid} ${live?.metadata.resourceVersion}`).toBe(was);
    }
    expect(recordOf(story)).not.toContain(CANARY);
    expect(recordOf(story)).not.toContain(Buffer.from(CANARY).toString('base64'));
    await story.now.stop();
    on.database.close();
  });
});

/** Faults end, desired state stops changing, whoever has to approve approves, and whoever syncs by hand syncs. */
async function calm(story: Story): Promise<void> {
  const { repository, weather, clock } = story.ground;
  repository.isBroken = false;
  for (const each of weather.values()) each.kind = 'fair';
  if (!story.now.life.alive) story.restart('was killed');
  delete story.now.life.dies;
  for (const { name } of APPS) story.commit(name);
  await story.ask({ kind: 'refresh', hard: true });
  const untilMs = clock.now() + CALM_MS;
  while (clock.now() < untilMs) {
    await clock.advance(10_000);
    const rows = [...story.now.rows.values()];
    if (rows.length === APPS.length && rows.every(isDone)) return;
    for (const row of rows) {
      if (row.approval) await story.ask({ kind: 'approve', hash: row.approval.hash, actor: 'ana' });
      else if (row.sync === 'OutOfSync' && !row.running && (row.name === 'hands' || row.last?.phase === 'Failed'))
        await story.ask({ kind: 'sync', app: row.key, operation: { sync: { prune: true } }, actor: 'ana' });
    }
  }
}

function isDone({ sync, health, running, pinned }: AppRow): boolean {
  return sync === 'Synced' && health === 'Healthy' && !running && !pinned;
}

function wantedOf({ ground: { repository } }: Story, app: string): string[] {
  const wanted = repository.at(repository.head, app).filter(({ kind }) => kind !== 'Job');
  return wanted.map(said).sort();
}

async function liveOf({ ground: { clusters } }: Story, cluster: string, app: string): Promise<string[]> {
  const found: Manifest[] = [];
  const discovery = await clusters.get(cluster)?.discover();
  const kinds = (discovery?.kinds ?? []).filter(({ kind, version }) => version === 'v1' && /^(ConfigMap|Secret|Deployment)$/.test(kind));
  for (const kind of kinds)
    for (const object of (await clusters.get(cluster)?.list(kind, { namespace: 'shop' })) ?? [])
      if (object.metadata.annotations?.[TRACKING]?.startsWith(`${app}:`)) found.push(object);
  return found.map(said).sort();
}

/** What of an object counts: its name, and what Git says of it. */
function said(object: Manifest): string {
  const { data, stringData, spec } = object as { data?: Record<string, string>; stringData?: Record<string, string>; spec?: SpecSaid };
  if (object.kind === 'Secret') return `${idOf(object)} ${stringData?.['password'] ?? Buffer.from(data?.['password'] ?? '', 'base64')}`;
  if (object.kind === 'Deployment') return `${idOf(object)} ${spec?.replicas} ${spec?.template.spec.containers[0]?.image}`;
  return `${idOf(object)} ${data?.['key']}`;
}

interface SpecSaid {
  readonly replicas: number;
  readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}

function recordOf({ ground: { database } }: Story): string {
  const file = join(tmpdir(), `argosy-story-${process.pid}.db`);
  rmSync(file, { force: true });
  database.copyTo(file);
  const text = readFileSync(file, 'latin1');
  rmSync(file);
  return text;
}

it('runs on more than one cluster', () => expect(CLUSTERS.length).toBeGreaterThan(1));
