// What commands may know of the fleet when they decide whether they can be done.
import type { CommandContext } from '../../src/commands/command.js';
import type { FleetView } from '../fleet-view.js';
import type { Ui } from '../model.js';

export function contextOf(ui: Ui, fleet: FleetView): CommandContext {
  return { actor: ui.actor, clusterOf: (key) => fleet.clusters.get(key) };
}
