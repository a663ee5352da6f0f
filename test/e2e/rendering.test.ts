// The program on applications that other people wrote: Helm, Kustomize, Jsonnet and plain manifests.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Place, place } from '../support/program.js';

const EXAMPLES = new URL('../../../shared/corpus/argocd-example-apps', import.meta.url).pathname;
const URL_OF_EXAMPLES = 'https://github.com/argoproj/argocd-example-apps';
const KINDS: Readonly<Record<string, string>> = {
  guestbook: 'Directory',
  'helm-guestbook': 'Helm',
  'kustomize-guestbook': 'Kustomize',
  'jsonnet-guestbook': 'Directory',
  'jsonnet-guestbook-tla': 'Directory',
  'helm-hooks': 'Directory',
  'pre-post-sync': 'Kustomize',
  'sync-waves': 'Directory',
  'sock-shop': 'Kustomize',
};

interface Synced {
  readonly status: {
    readonly operationState: { readonly syncResult: { readonly resources: readonly { hookType?: string; hookPhase?: string }[] } };
  };
}

const application = (name: string) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace: 'argocd' },
  spec: {
    project: 'default',
    source: {
      repoURL: URL_OF_EXAMPLES,
      path: name,
      ...(name === 'jsonnet-guestbook-tla' ? { directory: { jsonnet: { tlas: [{ name: 'name', value: 'bob' }] } } } : {}),
    },
    destination: { server: 'https://kubernetes.default.svc', namespace: name },
    syncPolicy: { automated: {}, syncOptions: ['CreateNamespace=true'] },
  },
});

let at: Place | undefined;
afterEach(() => at?.remove());

const present = existsSync(EXAMPLES);
if (!present) console.log(`skipped: the example applications are not at ${EXAMPLES}`);

describe.runIf(present)('the example applications', () => {
  it('are Synced and Healthy, and their kinds of source are known', async () => {
    at = place();
    const { dir } = at;
    const repository = join(dir, 'repository');
    cpSync(EXAMPLES, repository, { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: repository, stdio: 'ignore' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'examples');
    at.write(Object.fromEntries(Object.keys(KINDS).map((name) => [`fleet/${name}.json`, JSON.stringify(application(name))])));
    const flags = [
      '--fleet',
      './fleet',
      '--sandbox',
      'in-cluster',
      '--repo',
      `${URL_OF_EXAMPLES}=${repository}`,
      '--data',
      join(dir, 'data'),
    ];
    const run = await at.run(['run', '--once', '--timeout', '90s', ...flags], { timeoutMs: 120_000 });
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    const list = await at.run(['app', 'list', '-o', 'json', ...flags]);
    const apps = JSON.parse(list.stdout) as { metadata: { name: string }; status: { sync: { status: string }; sourceType: string } }[];
    const types = apps.filter(({ metadata }) => metadata.name in KINDS).map(({ metadata, status }) => [metadata.name, status.sourceType]);
    expect(Object.fromEntries(types)).toEqual(KINDS);
    const hooked = JSON.parse((await at.run(['app', 'get', 'pre-post-sync', '-o', 'json', ...flags])).stdout) as Synced;
    const hooks = hooked.status.operationState.syncResult.resources.filter(({ hookType }) => hookType !== undefined);
    expect(hooks.map(({ hookType, hookPhase }) => `${hookType} ${hookPhase}`)).toEqual(['PreSync Succeeded', 'PostSync Succeeded']);
  }, 180_000);
});
