// What can be chosen in a plan's box, and the word that has to be typed before something is deleted.
import type { AppRow } from '../src/domain/fleet.js';
import type { PlanDialog, PlanField } from './dialogs.js';

const OPTIONS: Readonly<Record<PlanDialog['purpose']['kind'], readonly PlanField[]>> = {
  sync: ['prune', 'force', 'dry-run', 'revision'],
  rollback: ['pin', 'prune'],
  delete: ['cascade'],
  approve: [],
};

/** The fields in the order in which Tab goes through them. */
export function fieldsOf(dialog: PlanDialog, row: AppRow | undefined): readonly PlanField[] {
  return [...OPTIONS[dialog.purpose.kind], ...(wordToType(dialog, row) === undefined ? [] : (['typed'] as const)), 'go'];
}

/** The word to type: the name for deleting an application, 'prune' where objects are deleted; undefined where nothing is. */
export function wordToType({ purpose, plan }: PlanDialog, row: AppRow | undefined): string | undefined {
  if (purpose.kind === 'delete') return row?.name ?? 'delete';
  if (purpose.kind === 'sync' && purpose.force && !purpose.dryRun) return 'force';
  if (purpose.kind === 'sync' && purpose.dryRun) return undefined;
  return (plan.value?.deletes.length ?? 0) > 0 ? 'prune' : undefined;
}
