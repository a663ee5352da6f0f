// Why a command cannot be done here and now. The engine decides again when it is asked; this is for people, before they ask.
import type { CommandContext, Target } from './command.js';

export function needsApp(target: Target): string | undefined {
  return target.app ? undefined : 'no application is chosen: move the cursor to one';
}

export function needsCluster(target: Target): string | undefined {
  return target.cluster ? undefined : 'no cluster is chosen: move the cursor to one';
}

/** Writing needs a destination that is known, reached, and in act mode. */
export function cannotWrite(target: Target, context: CommandContext): string | undefined {
  const app = target.app;
  if (!app) return needsApp(target);
  if (app.cluster === '') return `the destination cluster of ${app.name} is not known: ${app.why || 'see its conditions'}`;
  const cluster = context.clusterOf(app.cluster);
  if (cluster?.mode === 'observe') return `${cluster.key} is only observed: \`argosy act ${cluster.key}\` allows writing to it`;
  if (cluster?.connection === 'unreachable') return `${cluster.key} cannot be reached: ${cluster.message}`;
  return undefined;
}

/** As above, and nothing may be running. */
export function cannotOperate(target: Target, context: CommandContext): string | undefined {
  const running = target.app?.running;
  if (running) return `operation #${running.id} is running on ${target.app?.name}: wait for it, or terminate it`;
  return cannotWrite(target, context);
}

export function needsOperation(target: Target): string | undefined {
  return needsApp(target) ?? (target.app?.running ? undefined : `no operation is running on ${target.app?.name}`);
}

export function needsApproval(target: Target): string | undefined {
  return needsApp(target) ?? (target.app?.approval ? undefined : `nothing waits for an approval on ${target.app?.name}`);
}
