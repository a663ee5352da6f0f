// One object's difference as it may be shown: normalised, masked, and as a list of fields.
import type { ComparedResource, ResourceDiff } from '../../domain/comparison.js';
import type { Manifest } from '../../domain/resource.js';
import { type ComparisonSettings, DEFAULT_SETTINGS } from '../settings.js';
import { blameOf } from './blame.js';
import { fieldChangesBetween } from './field-list.js';
import { maskVersions } from './mask.js';
import { comparable, normalTarget } from './normalise.js';

/** Masked whatever happens. `fields` is empty where an object is created or pruned: all of it is the difference. */
export function resourceDiff(resource: ComparedResource, settings: ComparisonSettings = DEFAULT_SETTINGS): ResourceDiff {
  const { key, version, change, hook } = resource;
  const sides = sidesOf(resource, settings);
  const [target, live] = maskVersions([sides.target, sides.live], settings.sensitiveAnnotations);
  const blame = resource.live && change === 'update' ? blameOf(resource.live) : undefined;
  return {
    key,
    version,
    change,
    ...(hook ? { hook } : {}),
    ...(live ? { live } : {}),
    ...(target ? { target } : {}),
    fields: live && target && change === 'update' ? fieldChangesBetween(live, target, blame) : [],
  };
}

interface Sides {
  readonly live?: Manifest | undefined;
  readonly target?: Manifest | undefined;
}

function sidesOf({ change, live, target, normalized }: ComparedResource, settings: ComparisonSettings): Sides {
  if (normalized) return { live: normalized.live, target: normalized.predicted };
  const shown = live && comparable(live, settings);
  // Where nothing differs, a sync leaves what is live.
  if (change === 'none' && shown) return { live: shown, target: target && shown };
  return { live: shown, target: target && normalTarget(target, settings) };
}
