// What a painter gets: the model and the fleet. It reads them, writes cells, and keeps nothing.
import type { FleetView } from '../fleet-view.js';
import type { Ui } from '../model.js';
import type { ListSpec } from '../row-list.js';

export interface View {
  readonly ui: Ui;
  readonly fleet: FleetView;
}

/** The list that the filter and the order of the user make. */
export function listSpec(ui: Ui): ListSpec {
  return { query: ui.filter, invert: ui.inverted, sort: ui.sort.column, descending: ui.sort.descending, group: ui.group };
}

/** The same filter, the worst first: what needs attention. */
export function attentionSpec(ui: Ui): ListSpec {
  return { query: ui.filter, invert: ui.inverted, sort: 'state', descending: false, group: 'none' };
}
