// The demo fleet's clusters and which application runs where.

export interface DemoCluster {
  readonly name: string;
  readonly environment: 'staging' | 'production';
  readonly region: string;
}

export const DEMO_CLUSTERS: readonly DemoCluster[] = [
  { name: 'staging-eu', environment: 'staging', region: 'eu' },
  { name: 'staging-us', environment: 'staging', region: 'us' },
  { name: 'production-eu', environment: 'production', region: 'eu' },
  { name: 'production-us', environment: 'production', region: 'us' },
];

export interface DemoApp {
  readonly name: string;
  readonly project: string;
  readonly wave: number;
}

export const DEMO_APPS: readonly DemoApp[] = [
  { name: 'cert-manager', project: 'platform', wave: 0 },
  { name: 'monitoring', project: 'platform', wave: 0 },
  { name: 'my-app', project: 'default', wave: 2 },
  { name: 'orders', project: 'default', wave: 2 },
  { name: 'payments', project: 'pay', wave: 2 },
];

/** The application that drifts now and then, the one that is Degraded, and what is done to them. */
export const DRIFT = { cluster: 'staging-us', namespace: 'orders', deployment: 'orders', replicas: 6, manager: 'kubectl-edit' } as const;
export const BROKEN_CLUSTER = 'production-eu';
