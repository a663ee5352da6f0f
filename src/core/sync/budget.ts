// The deletion budget: which plans a person has to approve. No tool of the field has one; mass deletions are why we do.
import type { PlannedDelete } from '../../domain/operation.js';
import { resourceId } from '../../domain/resource.js';

export interface Budget {
  /** More deletes than this, and more than `share` of the app, need an approval. */
  readonly objects: number;
  readonly share: number;
}

export const DEFAULT_BUDGET: Budget = { objects: 10, share: 0.25 };

const PRECIOUS = new Set(['/Namespace', 'apiextensions.k8s.io/CustomResourceDefinition', '/PersistentVolumeClaim']);

/**
 * Why these deletes need an approval, or undefined when they are within the budget.
 * `inventory` is the number of live objects of the app; `applied` holds the ids it has applied itself. The fleet source deletes nothing without
 * an approval: its objects are what everything else hangs on.
 */
export function approvalReason(
  deletes: readonly PlannedDelete[],
  app: { readonly inventory: number; readonly applied: ReadonlySet<string>; readonly isFleet?: boolean },
  budget: Budget = DEFAULT_BUDGET,
): string | undefined {
  if (deletes.length === 0) return undefined;
  const reasons: string[] = [];
  const precious = deletes.filter(({ ref }) => PRECIOUS.has(`${ref.group}/${ref.kind}`));
  if (precious.length > 0) reasons.push(`it deletes ${names(precious)}, and what is in it is lost`);
  const control = app.isFleet ? deletes.filter(({ ref }) => !precious.some((each) => each.ref === ref)) : [];
  if (control.length > 0) reasons.push(`it deletes ${names(control)}${fallen(control)}`);
  const strangers = deletes.filter(({ ref }) => !app.applied.has(resourceId(ref)));
  if (strangers.length > 0) reasons.push(`${names(strangers)} was never applied by this application`);
  const withApps = deletes.length + deletes.reduce((sum, each) => sum + (each.ref.kind === 'Application' ? each.cascade.length : 0), 0);
  if (deletes.length >= app.inventory) reasons.push(`it deletes all ${app.inventory} objects of the application`);
  else if (withApps > budget.objects && withApps > app.inventory * budget.share) {
    reasons.push(`it deletes ${withApps} of ${app.inventory} objects, more than ${budget.objects} and ${Math.round(budget.share * 100)} %`);
  }
  return reasons.length > 0 ? reasons.join('; ') : undefined;
}

/** How much falls with them. */
function fallen(deletes: readonly PlannedDelete[]): string {
  const count = deletes.reduce((sum, { cascade }) => sum + cascade.length, 0);
  return count === 0 ? '' : ` and with it ${count} objects`;
}

function names(deletes: readonly PlannedDelete[]): string {
  const shown = deletes.slice(0, 3).map(({ ref }) => `${ref.kind} ${ref.namespace ? `${ref.namespace}/` : ''}${ref.name}`);
  return deletes.length > 3 ? `${shown.join(', ')} and ${deletes.length - 3} more` : shown.join(', ');
}
