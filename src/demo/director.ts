// Makes the demo fleet a lived-in place, through the same doors as a user: production is synced by recorded operations, and now and
// then somebody scales a Deployment by hand.
import type { EngineEvent } from '../domain/events.js';
import type { AppRow } from '../domain/fleet.js';
import type { Clock, Engine, KubeTransport } from '../domain/ports.js';
import { UserError } from '../domain/problem.js';
import { DEMO_APPS, DEMO_CLUSTERS, DRIFT } from './places.js';

export interface Stage {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Commits of the demo repository from the oldest to HEAD. */
  readonly commits: readonly string[];
  readonly clusters: ReadonlyMap<string, KubeTransport>;
  readonly signal: AbortSignal;
}

const FIRST_DRIFT_MS = 20_000;
const DRIFT_EVERY_MS = 90_000;
/** This one stays a release behind, so that there is a plan to look at. */
const LEFT_BEHIND = 'my-app-production-us';

/** Syncs production as its people did: first the release before, then, for most, the newest. Resolves when nothing is left to do. */
export async function syncProduction(stage: Stage): Promise<void> {
  const before = stage.commits.at(-2) ?? 'main';
  const names = DEMO_CLUSTERS.filter(({ environment }) => environment === 'production').flatMap(({ name }) =>
    DEMO_APPS.map((app) => `${app.name}-${name}`),
  );
  await Promise.all(
    names.map(async (name) => {
      const compared = await rowWhen(stage, name, (row) => row.comparedAtMs > 0 && !row.running);
      if (!compared || compared.last) return;
      await sync(stage, compared, { revision: before, actor: 'bob' });
      const settled = await rowWhen(stage, name, (row) => !row.running && row.last !== undefined && row.health !== 'Progressing');
      if (settled && settled.sync === 'OutOfSync' && name !== LEFT_BEHIND) await sync(stage, settled, { actor: 'ana' });
    }),
  );
}

async function sync({ engine }: Stage, row: AppRow, { revision, actor }: { revision?: string; actor: string }): Promise<void> {
  const operation = {
    sync: { prune: true, syncOptions: ['CreateNamespace=true'], ...(revision === undefined ? {} : { revision }) },
    initiatedBy: { username: actor },
  };
  await engine.request({ kind: 'sync', app: row.key, operation, actor }).catch((error: unknown) => {
    // Somebody at the screen was faster: their operation is as good as ours.
    if (!(error instanceof UserError)) throw error;
  });
}

/** The row of an application once it is as asked; undefined when the demo ends before. */
function rowWhen({ engine, signal }: Stage, name: string, wanted: (row: AppRow) => boolean): Promise<AppRow | undefined> {
  return new Promise((resolve) => {
    let unsubscribe: (() => void) | undefined;
    let finished = false;
    const finish = (row: AppRow | undefined): void => {
      finished = true;
      unsubscribe?.();
      signal.removeEventListener('abort', onAbort);
      resolve(row);
    };
    const onAbort = (): void => finish(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    unsubscribe = engine.subscribe((event) => {
      const row = rowIn(event, name);
      if (!finished && row && wanted(row)) finish(row);
    });
    if (finished) unsubscribe();
    else if (signal.aborted) onAbort();
  });
}

function rowIn(event: EngineEvent, name: string): AppRow | undefined {
  if (event.kind === 'app.changed') return event.row.name === name ? event.row : undefined;
  return event.kind === 'snapshot' ? event.apps.find((row) => row.name === name) : undefined;
}

/** Scales one Deployment by hand now and then, until the demo ends. Self-heal brings it back. */
export async function drift({ clock, clusters, signal }: Stage): Promise<void> {
  await clock.sleep(FIRST_DRIFT_MS, signal);
  while (!signal.aborted) {
    await clusters.get(DRIFT.cluster)?.request({
      method: 'PATCH',
      path: `/apis/apps/v1/namespaces/${DRIFT.namespace}/deployments/${DRIFT.deployment}`,
      query: { fieldManager: DRIFT.manager },
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { spec: { replicas: DRIFT.replicas } },
    });
    await clock.sleep(DRIFT_EVERY_MS, signal);
  }
}
