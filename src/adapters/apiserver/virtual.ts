// Reviews: posted, answered, never stored. Whoever holds a sandbox's token may do everything in it.

const REVIEWS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  selfsubjectaccessreviews: { allowed: true, reason: 'whoever reaches a sandbox may do everything' },
  subjectaccessreviews: { allowed: true },
  localsubjectaccessreviews: { allowed: true },
  selfsubjectrulesreviews: {
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  },
  selfsubjectreviews: { userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] } },
  tokenreviews: { authenticated: true, user: { username: 'admin' } },
};

export function virtual(path: string, body: unknown): unknown {
  const [, kind = ''] = /^\/apis\/(?:authorization|authentication)\.k8s\.io\/v1\/(?:namespaces\/[^/]+\/)?([a-z]+)$/.exec(path) ?? [];
  const status = REVIEWS[kind];
  return status && body !== null && typeof body === 'object' ? { ...body, status } : undefined;
}
