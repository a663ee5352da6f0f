// Manifests as a person would have written them, with the few values that differ filled in.

export interface Web {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
  readonly wave?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly behaviour?: string;
}

/** A Deployment with one container. */
export function deployment(web: Web): string {
  const env = Object.entries(web.env ?? {}).map(([name, value]) => `            - name: ${name}\n              value: "${value}"\n`);
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${web.name}
  labels:
    app: ${web.name}
${web.wave === undefined ? '' : `  annotations:\n    argocd.argoproj.io/sync-wave: "${web.wave}"\n`}spec:
  replicas: ${web.replicas}
${web.behaviour === undefined ? '' : '  progressDeadlineSeconds: 10\n'}  selector:
    matchLabels:
      app: ${web.name}
  template:
    metadata:
      labels:
        app: ${web.name}
${web.behaviour === undefined ? '' : `      annotations:\n        sandbox.argosy.dev/behaviour: ${web.behaviour}\n`}    spec:
      containers:
        - name: ${web.name === 'payments' ? 'api' : web.name}
          image: ${web.image}
          ports:
            - containerPort: ${web.port}
${env.length > 0 ? `          env:\n${env.join('')}` : ''}          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
`;
}

export function service(name: string, port: number, type = 'ClusterIP'): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  type: ${type}
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: ${port}
`;
}

export function configMap(name: string, values: Readonly<Record<string, string>>): string {
  const lines = Object.entries(values).map(([key, value]) => `  ${key}: "${value}"\n`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${lines.join('')}`;
}

export function serviceAccount(name: string): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n`;
}

export function ingress(name: string, host: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
spec:
  ingressClassName: nginx
  rules:
    - host: ${host}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  name: http
`;
}

/** Documents of one file. */
export function documents(...parts: readonly string[]): string {
  return parts.join('---\n');
}
