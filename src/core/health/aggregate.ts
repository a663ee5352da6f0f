// The health of an application from that of its resources (behaviour 2.4, "App aggregate").
import { type AppKey, ARGO_GROUP, appKey, type HealthStatusCode } from '../../domain/application.js';
import type { ComparedResource } from '../../domain/comparison.js';

/** From best to worst. */
const ORDER: readonly HealthStatusCode[] = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown'];
const IGNORE_HEALTH = 'argocd.argoproj.io/ignore-healthcheck';
const NAMED = 3;

export interface AppHealth {
  readonly status: HealthStatusCode;
  readonly message?: string;
}

/** The worst health counts. Hooks, resources without health, and the application itself do not; nor does one missing object. */
export function aggregateHealth(resources: readonly ComparedResource[], app: AppKey): AppHealth {
  const managed = resources.filter(({ hook, target, live }) => !hook && (target !== undefined || live !== undefined));
  if (managed.length > 0 && managed.every(({ live }) => live === undefined)) return { status: 'Missing' };
  let worst = 0;
  let causes: ComparedResource[] = [];
  for (const resource of managed) {
    const rank = counts(resource, app) ? ORDER.indexOf(resource.health?.status ?? 'Healthy') : 0;
    if (rank > worst) {
      worst = rank;
      causes = [];
    }
    if (rank === worst && rank > 0) causes.push(resource);
  }
  const status = ORDER[worst] ?? 'Unknown';
  return worst === 0 ? { status } : { status, message: causedBy(causes) };
}

function counts({ key, live, target, health }: ComparedResource, app: AppKey): boolean {
  if (!health || health.status === 'Missing') return false;
  if ((live ?? target)?.metadata.annotations?.[IGNORE_HEALTH] === 'true') return false;
  if (key.group !== ARGO_GROUP || key.kind !== 'Application') return true;
  return health.status !== 'Unknown' && appKey(key) !== app;
}

function causedBy(causes: readonly ComparedResource[]): string {
  const names = causes
    .slice(0, NAMED)
    .map(({ key: { group, kind, namespace, name } }) => `${group === '' ? '' : `${group}/`}${kind}:${namespace}/${name}`);
  const more = causes.length > NAMED ? ` and ${causes.length - NAMED} more` : '';
  return `Caused by ${names.join(', ')}${more}`;
}
