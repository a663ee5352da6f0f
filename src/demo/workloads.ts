// What the demo's applications consist of, per environment.
import { configMap, deployment, documents, ingress, service, serviceAccount } from './pieces.js';
import { BROKEN_CLUSTER } from './places.js';

export interface Release {
  readonly myApp: string;
  readonly orders: string;
  readonly payments: string;
}

/** All workload files at one point of the repository's life. */
export function workloadFiles(release: Release): Record<string, string> {
  const files: Record<string, string> = {};
  for (const environment of ['staging', 'production']) {
    const big = environment === 'production';
    files[`cert-manager/${environment}/cert-manager.yaml`] = certManager(big);
    files[`cert-manager/${environment}/crds.yaml`] = CERTIFICATE_CRD;
    files[`monitoring/${environment}/monitoring.yaml`] = monitoring(big);
    files[`my-app/${environment}/my-app.yaml`] = myApp(environment, release.myApp, big);
    files[`orders/${environment}/orders.yaml`] = orders(release.orders, big);
    files[`orders/${environment}/migrate.yaml`] = MIGRATION;
  }
  files['payments/staging/payments.yaml'] = payments(release.payments, 2);
  for (const cluster of ['production-eu', 'production-us']) {
    files[`payments/${cluster}/payments.yaml`] = payments(release.payments, 4, cluster === BROKEN_CLUSTER ? 'crash-loop' : undefined);
  }
  return files;
}

function myApp(environment: string, tag: string, big: boolean): string {
  return documents(
    serviceAccount('my-app'),
    configMap('my-app-config', { LOG_LEVEL: big ? 'info' : 'debug', ENVIRONMENT: environment }),
    deployment({ name: 'my-app', image: `ghcr.io/example/my-app:${tag}`, replicas: big ? 3 : 1, port: 8080 }),
    service('my-app', 8080),
    ingress('my-app', `my-app.${environment}.example.com`),
  );
}

function orders(tag: string, big: boolean): string {
  return documents(
    configMap('orders-config', { QUEUE: 'orders', BATCH: big ? '500' : '50' }),
    deployment({ name: 'orders', image: `ghcr.io/example/orders:${tag}`, replicas: 4, port: 9000, wave: 1 }),
    deployment({
      name: 'orders-worker',
      image: `ghcr.io/example/orders:${tag}`,
      replicas: big ? 3 : 1,
      port: 9001,
      wave: 2,
      env: { ROLE: 'worker' },
    }),
    service('orders', 9000),
  );
}

const MIGRATION = `apiVersion: batch/v1
kind: Job
metadata:
  name: orders-migrate
  annotations:
    argocd.argoproj.io/sync-wave: "0"
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: ghcr.io/example/orders-migrate:7
          args: ["up"]
`;

function payments(tag: string, replicas: number, behaviour?: string): string {
  return documents(
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: payments-gateway\nstringData:\n  endpoint: https://gateway.example.com\n  token: demo-token-that-opens-nothing\n`,
    deployment({ name: 'payments', image: `ghcr.io/example/payments:${tag}`, replicas, port: 8443, ...(behaviour ? { behaviour } : {}) }),
    service('payments', 8443),
    `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: payments
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: payments
`,
  );
}

function certManager(big: boolean): string {
  const replicas = big ? 2 : 1;
  return documents(
    serviceAccount('cert-manager'),
    deployment({ name: 'cert-manager', image: 'quay.io/jetstack/cert-manager-controller:v1.16.3', replicas, port: 9402 }),
    deployment({ name: 'cert-manager-cainjector', image: 'quay.io/jetstack/cert-manager-cainjector:v1.16.3', replicas, port: 9402 }),
    deployment({ name: 'cert-manager-webhook', image: 'quay.io/jetstack/cert-manager-webhook:v1.16.3', replicas, port: 10250 }),
    service('cert-manager-webhook', 10250),
    `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: cert-manager-controller
rules:
  - apiGroups: ["cert-manager.io"]
    resources: ["certificates", "certificates/status"]
    verbs: ["get", "list", "watch", "update", "patch"]
`,
    `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: cert-manager-controller
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cert-manager-controller
subjects:
  - kind: ServiceAccount
    name: cert-manager
    namespace: cert-manager
`,
  );
}

const CERTIFICATE_CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: certificates.cert-manager.io
  annotations:
    argocd.argoproj.io/sync-wave: "-1"
spec:
  group: cert-manager.io
  scope: Namespaced
  names:
    kind: Certificate
    listKind: CertificateList
    plural: certificates
    singular: certificate
    shortNames: [cert, certs]
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [secretName]
              properties:
                secretName:
                  type: string
                dnsNames:
                  type: array
                  items:
                    type: string
            status:
              type: object
              x-kubernetes-preserve-unknown-fields: true
`;

function monitoring(big: boolean): string {
  return documents(
    configMap('prometheus-config', { retention: big ? '30d' : '2d', 'scrape-interval': '30s' }),
    `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: prometheus
spec:
  serviceName: prometheus
  replicas: ${big ? 2 : 1}
  selector:
    matchLabels:
      app: prometheus
  template:
    metadata:
      labels:
        app: prometheus
    spec:
      containers:
        - name: prometheus
          image: quay.io/prometheus/prometheus:v3.1.0
          ports:
            - containerPort: 9090
          volumeMounts:
            - name: data
              mountPath: /prometheus
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: ${big ? '50Gi' : '5Gi'}
`,
    service('prometheus', 9090),
    `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: node-exporter
spec:
  selector:
    matchLabels:
      app: node-exporter
  template:
    metadata:
      labels:
        app: node-exporter
    spec:
      containers:
        - name: node-exporter
          image: quay.io/prometheus/node-exporter:v1.8.2
          ports:
            - containerPort: 9100
`,
    deployment({ name: 'grafana', image: 'docker.io/grafana/grafana:11.4.0', replicas: 1, port: 3000 }),
    service('grafana', 3000, 'LoadBalancer'),
  );
}
