// From what was chosen in a plan's box: the question for the plan, and the write with the command line that does the same.
import type { Intent, Query } from '../../src/domain/events.js';
import type { AppRow } from '../../src/domain/fleet.js';
import type { Plan } from '../../src/domain/operation.js';
import type { PlanDialog, Purpose } from '../dialogs.js';
import type { Ui } from '../model.js';

export function planQuery({ app, purpose }: PlanDialog): Query {
  switch (purpose.kind) {
    case 'sync':
      return { kind: 'plan', app, request: syncRequest(purpose) };
    case 'rollback':
      return { kind: 'rollback-plan', app, operation: purpose.operation, prune: purpose.prune };
    case 'delete':
      return { kind: 'delete-plan', app };
    case 'approve':
      return { kind: 'approvals' };
    default:
      return purpose satisfies never;
  }
}

function syncRequest(purpose: Extract<Purpose, { kind: 'sync' }>) {
  const revision = purpose.revision.text.trim();
  return {
    prune: purpose.prune,
    ...(purpose.dryRun ? { dryRun: true } : {}),
    ...(purpose.force ? { syncStrategy: { apply: { force: true } } } : {}),
    ...(revision === '' ? {} : { revision }),
  };
}

export function written(
  ui: Ui,
  { app, purpose }: PlanDialog,
  { plan, row }: { readonly plan: Plan; readonly row: AppRow | undefined },
): { readonly intent: Intent; readonly command: string } {
  const { actor } = ui;
  const name = row ? `${row.namespace}/${row.name}` : app;
  const approved = plan.approval !== undefined ? { approved: plan.hash } : {};
  switch (purpose.kind) {
    case 'sync': {
      const flags = [
        purpose.prune && '--prune',
        purpose.force && '--force',
        purpose.dryRun && '--dry-run',
        purpose.revision.text && `--revision ${purpose.revision.text}`,
      ].filter(Boolean);
      return {
        intent: { kind: 'sync', app, operation: { sync: syncRequest(purpose), initiatedBy: { username: actor } }, actor, ...approved },
        command: ['argosy app sync', name, ...flags].join(' '),
      };
    }
    case 'rollback':
      return {
        intent: {
          kind: 'rollback',
          app,
          operation: purpose.operation,
          pin: purpose.pin,
          prune: purpose.prune,
          dryRun: false,
          actor,
          ...approved,
        },
        command: `argosy app rollback ${name} '#${purpose.operation}'${purpose.pin ? ' --pin' : ''}${purpose.prune ? ' --prune' : ''}`,
      };
    case 'delete':
      return {
        intent: { kind: 'delete', app, cascade: purpose.cascade, actor, approved: plan.hash },
        command: `argosy app delete ${name}${purpose.cascade === 'none' ? ' --cascade=false' : ` -p ${purpose.cascade}`} --yes`,
      };
    case 'approve':
      return { intent: { kind: 'approve', hash: purpose.hash, actor }, command: `argosy approve ${purpose.hash.slice(0, 12)} --yes` };
    default:
      return purpose satisfies never;
  }
}
