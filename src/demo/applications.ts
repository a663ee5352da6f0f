// The control objects of the demo: an app of apps, its children, two projects and the settings. The shapes are those of any Argo CD repository.
import { DEMO_APPS, DEMO_CLUSTERS, type DemoApp, type DemoCluster } from './places.js';

/** Files of the fleet source and of the folder that the app of apps points to. */
export function controlFiles(repoURL: string): Record<string, string> {
  return {
    'fleet/argocd-cm.yaml': SETTINGS,
    'fleet/projects.yaml': [project('platform', 'What every cluster needs'), project('pay', 'The payments team')].join('---\n'),
    'fleet/app-of-apps.yaml': appOfApps(repoURL),
    ...Object.fromEntries(
      DEMO_APPS.map((app) => [`apps/${app.name}.yaml`, DEMO_CLUSTERS.map((cluster) => application(app, cluster, repoURL)).join('---\n')]),
    ),
  };
}

const SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: argocd-cm
  namespace: argocd
  labels:
    app.kubernetes.io/part-of: argocd
data:
  timeout.reconciliation: 180s
`;

function project(name: string, description: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: ${name}
  namespace: argocd
spec:
  description: ${description}
  sourceRepos: ["*"]
  destinations:
    - name: "*"
      server: "*"
      namespace: "*"
  clusterResourceWhitelist:
    - group: "*"
      kind: "*"
`;
}

function appOfApps(repoURL: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: app-of-apps
  namespace: argocd
spec:
  project: default
  source:
    repoURL: ${repoURL}
    targetRevision: main
    path: apps
  destination:
    server: https://kubernetes.default.svc
    namespace: argocd
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
`;
}

function application(app: DemoApp, cluster: DemoCluster, repoURL: string): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: ${app.name}-${cluster.name}
  namespace: argocd
  labels:
    app.kubernetes.io/name: ${app.name}
    environment: ${cluster.environment}
  annotations:
    argocd.argoproj.io/sync-wave: "${app.wave}"
  finalizers:
    - resources-finalizer.argocd.argoproj.io
spec:
  project: ${app.project}
  source:
    repoURL: ${repoURL}
    targetRevision: main
    path: ${sourcePath(app, cluster)}
  destination:
    name: ${cluster.name}
    namespace: ${app.name}
  syncPolicy:
${cluster.environment === 'staging' ? '    automated:\n      prune: true\n      selfHeal: true\n' : ''}    syncOptions:
      - CreateNamespace=true
      - PruneLast=true
    retry:
      limit: 5
      backoff:
        duration: 5s
        factor: 2
        maxDuration: 3m
`;
}

/** Payments has an overlay of its own per production cluster; the others share one per environment. */
function sourcePath(app: DemoApp, cluster: DemoCluster): string {
  return `${app.name}/${app.name === 'payments' && cluster.environment === 'production' ? cluster.name : cluster.environment}`;
}
