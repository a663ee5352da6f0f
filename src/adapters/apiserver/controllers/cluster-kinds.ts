// Kinds with little life of their own: what a new namespace holds, established CRDs, autoscalers, disruption budgets, API services.
import type { Manifest } from '../../../domain/resource.js';
import { conditionsOf, isTrue, type StatusCondition, withConditions } from './conditions.js';
import type { KindName } from './host.js';
import { isReady } from './template.js';
import { MANAGER, type World } from './world.js';

/** Every namespace has a default account and the authority's certificate. */
export function reconcileNamespace(world: World, namespace: Manifest): undefined {
  if (namespace.metadata.deletionTimestamp) return;
  const { name } = namespace.metadata;
  const wanted: readonly Manifest[] = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: name }, data: { 'ca.crt': '' } },
  ];
  for (const object of wanted) {
    if (!world.host.get(`/${object.kind}`, name, object.metadata.name)) world.host.create(object, { manager: MANAGER });
  }
  if ((namespace.status as { phase?: string } | undefined)?.phase !== 'Active') world.setStatus(namespace, { phase: 'Active' });
}

interface CrdSpec {
  readonly names?: Record<string, unknown> & { readonly kind?: string };
  readonly versions?: readonly { readonly name: string; readonly storage?: boolean }[];
}

export function reconcileCustomKind(world: World, crd: Manifest): undefined {
  if (crd.metadata.deletionTimestamp) return;
  const spec = crd.spec as CrdSpec;
  const before = (crd.status ?? {}) as { storedVersions?: readonly string[] };
  const stored = (spec.versions ?? []).filter((version) => version.storage).map((version) => version.name);
  const changes: StatusCondition[] = [
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
  ];
  world.setStatus(
    crd,
    {
      conditions: withConditions(conditionsOf(crd), changes, world.now()),
      acceptedNames: spec.names ?? {},
      storedVersions: [...new Set([...(before.storedVersions ?? []), ...stored])],
    },
    'kube-apiserver',
  );
}

interface AutoscalerSpec {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
}

/** Load is constant here, so an autoscaler only keeps its target within its bounds. */
export function reconcileAutoscaler(world: World, autoscaler: Manifest): undefined {
  if (autoscaler.metadata.deletionTimestamp) return;
  const { minReplicas = 1, maxReplicas = 1, scaleTargetRef } = autoscaler.spec as AutoscalerSpec;
  const group = scaleTargetRef?.apiVersion?.includes('/') ? scaleTargetRef.apiVersion.split('/')[0] : '';
  const kind: KindName = `${group}/${scaleTargetRef?.kind ?? ''}`;
  const target = world.host.get(kind, autoscaler.metadata.namespace ?? '', scaleTargetRef?.name ?? '');
  const current = (target?.spec as { replicas?: number } | undefined)?.replicas ?? 0;
  const desired = target && current > 0 ? Math.min(maxReplicas, Math.max(minReplicas, current)) : current;
  if (target && desired !== current) {
    world.host.update({ ...target, spec: { ...(target.spec as object), replicas: desired } }, { manager: MANAGER });
    const message = `New size: ${desired}; reason: the size was out of bounds`;
    world.events.record(autoscaler, { reason: 'SuccessfulRescale', message, component: 'horizontal-pod-autoscaler' });
  }
  const changes: StatusCondition[] = target
    ? [
        { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'recommended size matches current size' },
        { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'the HPA was able to compute the replica count' },
        {
          type: 'ScalingLimited',
          status: 'False',
          reason: 'DesiredWithinRange',
          message: 'the desired count is within the acceptable range',
        },
      ]
    : [
        {
          type: 'AbleToScale',
          status: 'False',
          reason: 'FailedGetScale',
          message: `the scale target ${scaleTargetRef?.kind}/${scaleTargetRef?.name} does not exist`,
        },
      ];
  world.setStatus(autoscaler, {
    observedGeneration: autoscaler.metadata.generation,
    currentReplicas: current,
    desiredReplicas: desired,
    currentMetrics: null,
    conditions: withConditions(conditionsOf(autoscaler), changes, world.now()),
  });
}

export function reconcileApiService(world: World, service: Manifest): undefined {
  if (service.metadata.deletionTimestamp || isTrue(service, 'Available')) return;
  const local = (service.spec as { service?: unknown } | undefined)?.service === undefined;
  const change: StatusCondition = local
    ? { type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' }
    : { type: 'Available', status: 'False', reason: 'ServiceNotFound', message: 'this server does not aggregate other servers' };
  world.setStatus(service, { conditions: withConditions(conditionsOf(service), [change], world.now()) });
}

interface BudgetSpec {
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
  readonly selector?: { readonly matchLabels?: Record<string, string> };
}

/** Counted when the budget or a pod of its namespace changes. */
export function reconcileBudget(world: World, budget: Manifest): undefined {
  if (budget.metadata.deletionTimestamp) return;
  const spec = budget.spec as BudgetSpec;
  const labels = Object.entries(spec.selector?.matchLabels ?? {});
  const pods = world.host
    .list('/Pod', budget.metadata.namespace)
    .filter((pod) => labels.length > 0 && labels.every(([key, value]) => pod.metadata.labels?.[key] === value));
  const healthy = pods.filter(isReady).length;
  const part = (value: number | string | undefined) =>
    typeof value === 'string' ? Math.ceil((Number.parseInt(value, 10) * pods.length) / 100) : (value ?? 0);
  const desired = spec.maxUnavailable !== undefined ? Math.max(0, pods.length - part(spec.maxUnavailable)) : part(spec.minAvailable ?? 1);
  const allowed = Math.max(0, healthy - desired);
  const change: StatusCondition = {
    type: 'DisruptionAllowed',
    status: allowed > 0 ? 'True' : 'False',
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  };
  world.setStatus(budget, {
    observedGeneration: budget.metadata.generation,
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: pods.length,
    conditions: withConditions(conditionsOf(budget), [change], world.now()),
  });
}
