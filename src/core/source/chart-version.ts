// Which version of a chart a targetRevision means (behaviour 2.2): this very version, the newest within a constraint, or the newest of all.
import { maxSatisfying, rcompare, valid, validRange } from 'semver';

/** undefined where nothing fits. A constraint takes pre-releases only when it names one itself. */
export function chartVersion(asked: string, versions: readonly string[]): string | undefined {
  const wanted = asked.trim();
  const exact = versions.find((version) => version === wanted) ?? versions.find((version) => bare(version) === bare(wanted));
  if (exact !== undefined) return exact;
  const known = versions.filter((version) => valid(bare(version)) !== null);
  if (wanted === '' || wanted === 'latest') return newest(known.filter((version) => !version.includes('-'))) ?? newest(known);
  const range = spaced(wanted);
  if (validRange(range) === null) return undefined;
  const best = maxSatisfying(known.map(bare), range, { includePrerelease: wanted.includes('-') });
  return best === null ? undefined : known.find((version) => bare(version) === best);
}

function newest(versions: readonly string[]): string | undefined {
  return [...versions].sort((a, b) => rcompare(bare(a), bare(b)))[0];
}

function bare(version: string): string {
  return version.replace(/^v/, '');
}

/** '>=1.2, <2' as people write it for Helm is '>=1.2 <2' here. */
function spaced(range: string): string {
  return range.replace(/,/g, ' ').replace(/(^|[\s=<>~^])v(?=\d)/g, '$1');
}
