// An Application with a status, as the engine answers it.
import type { Application, ResourceStatus } from '../../src/domain/application.js';

export function application(name: string, more: { spec?: Partial<Application['spec']>; status?: Application['status'] } = {}): Application {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.org/org/apps.git', path: `apps/${name}`, targetRevision: 'HEAD' },
      destination: { server: 'https://staging-eu.example.org', namespace: name },
      ...more.spec,
    },
    status: {
      sync: { status: 'Synced', revision: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334' },
      health: { status: 'Healthy' },
      resources: [resource('', 'Service', name), { ...resource('apps', 'Deployment', name), health: { status: 'Healthy' } }],
      ...more.status,
    },
  };
}

export function resource(group: string, kind: string, name: string, more: Partial<ResourceStatus> = {}): ResourceStatus {
  return { group, version: 'v1', kind, namespace: name, name, status: 'Synced', ...more };
}
