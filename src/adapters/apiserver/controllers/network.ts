// Services and Ingresses: load balancers get their address after a moment.
import type { Manifest } from '../../../domain/resource.js';
import { neverReady } from './behaviour.js';
import { clusterIpFor, withServiceAddresses } from './on-create.js';
import { sameValue, type World } from './world.js';

const BALANCER_MS = 2000;
const INGRESS_MS = 1000;
const INGRESS_IP = '203.0.113.10';

export function reconcileService(world: World, stored: Manifest): number | undefined {
  if (stored.metadata.deletionTimestamp) return undefined;
  const complete = withServiceAddresses(stored, (kind) => world.host.list(kind));
  const service = complete === stored ? stored : world.host.update(complete, { manager: 'kube-apiserver' });
  const { type, ports } = service.spec as { type?: string; ports?: readonly unknown[] };
  const status = (service.status ?? {}) as { loadBalancer?: { ingress?: readonly unknown[] } };
  if (type !== 'LoadBalancer') {
    if (status.loadBalancer?.ingress) world.setStatus(service, { ...status, loadBalancer: {} });
    return undefined;
  }
  if (status.loadBalancer?.ingress?.length || neverReady(service)) return undefined;
  const waitMs = ageWait(world, service, BALANCER_MS);
  if (waitMs > 0) {
    world.events.record(service, { reason: 'EnsuringLoadBalancer', message: 'Ensuring load balancer', component: 'service-controller' });
    return waitMs;
  }
  const ip = clusterIpFor(service.metadata.uid ?? '', '203.0.113');
  world.setStatus(service, { ...status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } });
  const message = ports?.length ? 'Ensured load balancer' : 'Ensured load balancer without ports';
  world.events.record(service, { reason: 'EnsuredLoadBalancer', message, component: 'service-controller' });
  return undefined;
}

export function reconcileIngress(world: World, ingress: Manifest): number | undefined {
  if (ingress.metadata.deletionTimestamp || neverReady(ingress)) return undefined;
  const wanted = { loadBalancer: { ingress: [{ ip: INGRESS_IP }] } };
  if (sameValue(ingress.status, wanted)) return undefined;
  const waitMs = ageWait(world, ingress, INGRESS_MS);
  if (waitMs > 0) return waitMs;
  world.setStatus(ingress, wanted, 'ingress-controller');
  world.events.record(ingress, { reason: 'Sync', message: 'Scheduled for sync', component: 'ingress-controller' });
  return undefined;
}

/** How long until the object has existed for `ms`; creation times are whole seconds, so it may take up to one more. */
function ageWait(world: World, object: Manifest, ms: number): number {
  return Date.parse(object.metadata.creationTimestamp ?? '') + ms - world.nowMs();
}
