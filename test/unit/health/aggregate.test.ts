import { describe, expect, it } from 'vitest';
import { aggregateHealth } from '../../../src/core/health/aggregate.js';
import type { HealthStatusCode } from '../../../src/domain/application.js';
import type { ComparedResource } from '../../../src/domain/comparison.js';
import type { Manifest } from '../../../src/domain/resource.js';

function resource(
  name: string,
  status: HealthStatusCode | undefined,
  extra: Partial<ComparedResource> & { kind?: string; group?: string } = {},
): ComparedResource {
  const { kind = 'Deployment', group = 'apps', ...rest } = extra;
  const live = { apiVersion: 'v1', kind, metadata: { name } } as Manifest;
  return {
    key: { group, kind, namespace: 'shop', name },
    version: 'v1',
    change: 'none',
    wave: 0,
    live,
    ...(status ? { health: { status } } : {}),
    ...rest,
  };
}

/** Something that is not live. */
function missing(name: string): ComparedResource {
  const { live, ...rest } = resource(name, 'Missing', { change: 'create' });
  return { ...rest, target: live as Manifest };
}

const healthOf = (...resources: ComparedResource[]) => aggregateHealth(resources, 'argocd/web');

describe('health of an application', () => {
  it('is Healthy without resources', () => expect(healthOf()).toEqual({ status: 'Healthy' }));

  it('is that of the worst resource, and names what causes it', () => {
    expect(healthOf(resource('a', 'Healthy'), resource('b', 'Progressing'), resource('c', 'Degraded'))).toEqual({
      status: 'Degraded',
      message: 'Caused by apps/Deployment:shop/c',
    });
    expect(healthOf(resource('a', 'Suspended'), resource('s', 'Healthy', { group: '', kind: 'Service' }))).toEqual({
      status: 'Suspended',
      message: 'Caused by apps/Deployment:shop/a',
    });
  });

  it('names three causes and counts the others', () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => resource(name, 'Degraded', { group: '', kind: 'Pod' }));
    expect(healthOf(...many).message).toBe('Caused by Pod:shop/a, Pod:shop/b, Pod:shop/c and 2 more');
  });

  it('is Missing only where nothing at all is live', () => {
    expect(healthOf(missing('a'), missing('b'))).toEqual({ status: 'Missing' });
    expect(healthOf(missing('a'), resource('b', 'Healthy')).status).toBe('Healthy');
  });

  it('does not count hooks, kinds without health, and what asks not to be counted', () => {
    const quiet = resource('q', 'Degraded');
    const asked = {
      ...quiet,
      live: { ...quiet.live, metadata: { name: 'q', annotations: { 'argocd.argoproj.io/ignore-healthcheck': 'true' } } } as Manifest,
    };
    expect(healthOf(resource('h', 'Degraded', { hook: true }), resource('c', undefined), asked)).toEqual({ status: 'Healthy' });
  });

  it('does not count itself, nor a child Application that is Missing or Unknown', () => {
    const child = (name: string, status: HealthStatusCode, namespace = 'argocd') => {
      const made = resource(name, status, { group: 'argoproj.io', kind: 'Application' });
      return { ...made, key: { ...made.key, namespace } };
    };
    expect(healthOf(child('web', 'Degraded'), child('x', 'Unknown'), child('y', 'Missing')).status).toBe('Healthy');
    expect(healthOf(child('x', 'Degraded')).status).toBe('Degraded');
  });
});
