// Five steps through the demo fleet, one line each. A step is done when its command was used; nothing is in the way meanwhile.
import type { Ui } from './model.js';

interface Step {
  readonly text: string;
  readonly command: string;
}

const STEPS: readonly Step[] = [
  { command: 'app.diff', text: 'Move to an amber cell (◐) with the arrows and press d: what differs, field by field' },
  { command: 'app.why', text: 'Esc, then W on any cell: why it is in that state, who changed what, what happens next' },
  { command: 'app.sync', text: 'Press s on a production application: the plan of a sync comes first; Enter carries it out' },
  { command: 'app.history', text: 'Press r: what was deployed. Enter on a line rolls back to it and pins it' },
  { command: 'filter', text: 'Press / and type health:degraded: the filter narrows everything while you type' },
];

export const TOUR_LENGTH = STEPS.length;

export function tourLine({ tour }: Ui): string | undefined {
  if (tour === undefined) return undefined;
  const step = STEPS[tour];
  return step
    ? `Tour ${tour + 1}/${STEPS.length}  ${step.text}`
    : 'That was the tour. ? shows every key, : runs any command. Press any key';
}

/** The tour after a command was used: one step further where it was the one of the step. */
export function afterCommand(tour: number | undefined, command: string): number | undefined {
  if (tour === undefined) return undefined;
  if (tour >= STEPS.length) return undefined;
  return STEPS[tour]?.command === command ? tour + 1 : tour;
}
