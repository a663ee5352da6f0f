// What an operation of a deletion begins with: nothing is wanted, and nothing is compared.
import type { AppState, Target } from './app-state.js';
import type { World } from './world.js';

export function emptyTarget(): Target {
  return { sources: [], revisions: [], resolved: [], manifests: [], problems: [], sourceTypes: [], hash: '', madeFrom: '' };
}

export function emptyComparison(world: World, state: AppState) {
  return (
    state.comparison ?? {
      app: state.key,
      revisions: [],
      sources: [],
      sync: 'Unknown' as const,
      health: 'Unknown' as const,
      resources: [],
      problems: [],
      comparedAtMs: world.now(),
      targetHash: '',
    }
  );
}
