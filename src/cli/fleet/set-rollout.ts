// `argosy appset rollout NAME`: where a rollout in steps stands, and to pause it, let it go on, or let a step count as passed.
import { type ApplicationStatus, rolloutSteps, statusesIn } from '../../core/expand/rolling-sync.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { paintState } from '../output/colour.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { controlObjects, foundByName } from './named-object.js';

const PAUSED = 'argosy.dev/rollout-paused';
const PROMOTE = 'argosy.dev/rollout-promote';

export async function applicationSetRollout(session: Session): Promise<number> {
  const { invocation, io } = session;
  const name = invocation.arg(0);
  const set = foundByName(await controlObjects(session, 'ApplicationSet'), name, 'ApplicationSet');
  const steps = rolloutSteps(set);
  if (!steps) throw new UserError(`${name} is not rolled out in steps: its strategy is not RollingSync`);
  const rollout = { name, step: stepOf(set, steps.length), steps: steps.length, paused: set.metadata.annotations?.[PAUSED] === 'true' };
  const change = changeOf(session, rollout);
  if (change) {
    const engine = await session.engine();
    const metadata = { name, namespace: set.metadata.namespace, annotations: change.annotations } as unknown as Manifest['metadata'];
    await engine.request({
      kind: 'put',
      how: 'merge',
      manifest: { apiVersion: set.apiVersion, kind: set.kind, metadata },
      actor: session.actor,
    });
    io.out(`rollout of ${name}: ${change.said}\n`);
    return 0;
  }
  const applications = [...statusesIn(set)].sort((a, b) => Number(a.step) - Number(b.step) || (a.application < b.application ? -1 : 1));
  if (session.printed({ ...rollout, applications })) return 0;
  io.out(
    `Step:    ${rollout.step > rollout.steps ? `all ${rollout.steps} are through` : `${rollout.step} of ${rollout.steps}`}${rollout.paused ? ' (paused)' : ''}\n\n`,
  );
  io.out(table(COLUMNS, applications, io.colour));
  return 0;
}

interface Standing {
  readonly step: number;
  readonly steps: number;
}

function changeOf(
  { invocation }: Session,
  { step, steps }: Standing,
): { readonly annotations: Record<string, string | null>; readonly said: string } | undefined {
  const asked = ['pause', 'resume', 'promote'].filter((flag) => invocation.on(flag));
  if (asked.length > 1) throw new UserError('say one of --pause, --resume and --promote');
  switch (asked[0]) {
    case 'pause':
      return { annotations: { [PAUSED]: 'true' }, said: 'paused; what is being synced is finished, nothing new begins' };
    case 'resume':
      return { annotations: { [PAUSED]: null }, said: 'goes on' };
    case 'promote':
      if (step > steps) throw new UserError('all steps are through already');
      return {
        annotations: { [PROMOTE]: String(step) },
        said: `step ${step} counts as passed${step < steps ? `, step ${step + 1} begins` : ''}`,
      };
    default:
      return undefined;
  }
}

/** The first step with an application that is not through. */
function stepOf(set: Manifest, steps: number): number {
  const open = statusesIn(set).filter(({ status, step }) => status !== 'Healthy' && Number(step) > 0);
  return open.length === 0 ? steps + 1 : Math.min(...open.map(({ step }) => Number(step)));
}

const COLUMNS: readonly Column<ApplicationStatus>[] = [
  { header: 'STEP', cell: ({ step }) => (step === '-1' ? 'none' : step) },
  { header: 'APPLICATION', cell: ({ application }) => application },
  { header: 'STATUS', cell: ({ status }) => status, paint: ({ status }, text) => paintState(status, text) },
  { header: 'SINCE', cell: ({ lastTransitionTime }) => lastTransitionTime },
  { header: 'MESSAGE', cell: ({ message }) => message },
];
