// What needs attention: clusters that cannot be reached, and applications that are not well, the worst first.
import type { AppRow, ClusterRow } from '../src/domain/fleet.js';
import { attentionSpec, type View } from './screens/view.js';

export type Attention = { readonly kind: 'cluster'; readonly row: ClusterRow } | { readonly kind: 'app'; readonly row: AppRow };

/** Up to `limit` entries; how many there are stands in `total`. */
export function attention({ ui, fleet }: View, limit: number): { readonly entries: readonly Attention[]; readonly total: number } {
  const clusters = [...fleet.clusters.values()].filter(({ connection }) => connection === 'unreachable' || connection === 'stale');
  const entries: Attention[] = clusters.slice(0, limit).map((row) => ({ kind: 'cluster', row }));
  let apps = 0;
  for (const key of fleet.list(attentionSpec(ui)).keys(ui.nowMs)) {
    const row = fleet.apps.get(key);
    if (!row || fleet.state(key) === 'ok') break;
    apps++;
    if (entries.length < limit) entries.push({ kind: 'app', row });
    // Without a filter the rest is known without looking at it.
    else if (ui.filter === '') return { entries, total: clusters.length + fleet.apps.size - fleet.counts.ok };
  }
  return { entries, total: clusters.length + apps };
}
