// Manifests that come from elsewhere than the sources (`--local`) as a target.
import { contentHash } from '../core/hash.js';
import { prepareTargets } from '../core/manifest/prepare.js';
import { isExcluded } from '../core/settings.js';
import { sourcesOf } from '../domain/application.js';
import type { Manifest } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import type { Destination } from './destination.js';
import { kindsOf } from './target.js';
import type { World } from './world.js';

export function localTarget(world: World, state: AppState, destination: Destination, manifests: readonly Manifest[]): Target {
  const { targets, problems } = prepareTargets({
    app: state.app,
    manifests,
    kinds: kindsOf(world, destination),
    settings: world.settings,
    controlNamespace: world.options.controlNamespace,
    excluded: (ref) => isExcluded(world.settings, ref, destination.cluster.server),
  });
  const hash = contentHash(targets);
  return {
    sources: sourcesOf(state.app.spec),
    revisions: [`local-${hash.slice(0, 12)}`],
    resolved: [],
    manifests: targets,
    problems,
    sourceTypes: ['Directory'],
    hash,
    madeFrom: `local ${hash}`,
  };
}
