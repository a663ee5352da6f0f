// Marks: what several applications are chosen by.
import type { AppKey } from '../../src/domain/application.js';
import type { FleetView } from '../fleet-view.js';
import type { Updated } from '../message.js';
import { pageOf, type Ui } from '../model.js';
import { listSpec } from '../screens/view.js';
import { targetOf } from '../target.js';
import { move } from './movement.js';
import { withToast } from './toast.js';

export function mark(ui: Ui, fleet: FleetView, command: string): Updated {
  const keys = fleet.list(listSpec(ui)).keys(ui.nowMs);
  const current = targetOf({ ui, fleet }).app?.key;
  switch (command) {
    case 'mark':
      return current === undefined ? [ui, []] : toggled(ui, fleet, current);
    case 'mark.range':
      return current === undefined ? [ui, []] : range(ui, keys, current);
    case 'mark.all':
      return [
        withToast({ ...ui, marks: new Set([...ui.marks, ...keys]) }, 'info', `marked ${keys.length} applications; u takes all marks away`),
        [],
      ];
    case 'mark.none': {
      const { rangeFrom: _, ...rest } = ui;
      return [{ ...rest, marks: new Set() }, []];
    }
    default:
      return [ui, []];
  }
}

function toggled(ui: Ui, fleet: FleetView, key: AppKey): Updated {
  const marks = new Set(ui.marks);
  if (!marks.delete(key)) marks.add(key);
  const next = { ...ui, marks };
  return pageOf(ui).kind === 'list' ? move(next, fleet, 'move.down') : [next, []];
}

/** The first V begins, the second marks all from there to here. */
function range(ui: Ui, keys: readonly AppKey[], current: AppKey): Updated {
  if (ui.rangeFrom === undefined)
    return [withToast({ ...ui, rangeFrom: current }, 'info', 'move to the last line of the range and press V again'), []];
  const { rangeFrom, ...rest } = ui;
  const [from, to] = [keys.indexOf(rangeFrom), keys.indexOf(current)].sort((a, b) => a - b) as [number, number];
  const marked = from < 0 ? [current] : keys.slice(from, to + 1);
  return [withToast({ ...rest, marks: new Set([...ui.marks, ...marked]) }, 'info', `marked ${marked.length} applications`), []];
}
