// What must hold at every write of the engine, whatever the story does. Each violation is a sentence.
import type { History } from '../../src/domain/history.js';
import type { Plan, Trigger } from '../../src/domain/operation.js';
import type { Cluster, KubeRequest } from '../../src/domain/ports.js';
import { type Manifest, resourceId } from '../../src/domain/resource.js';
import type { Repository } from './repository.js';

interface Running {
  readonly app: string;
  readonly cluster: string;
  readonly plan: Plan;
  readonly trigger: Trigger;
  readonly intended: Set<string>;
}

const KINDS: Readonly<Record<string, string>> = {
  configmaps: '/ConfigMap',
  secrets: '/Secret',
  namespaces: '/Namespace',
  deployments: 'apps/Deployment',
  jobs: 'batch/Job',
};
const TRACKING = 'argocd.argoproj.io/tracking-id';

export interface Observed {
  readonly history: History;
  readonly repository: Repository;
  /** A look at a server that the engine knows nothing of. */
  readonly live: (cluster: string) => Cluster;
}

export class Rules {
  readonly violations: string[] = [];
  /** Objects that somebody else has touched lately: what they were healthy as a moment ago proves nothing. */
  readonly touched = new Set<string>();
  readonly #observed: Observed;
  readonly #running = new Map<number, Running>();

  constructor(observed: Observed) {
    this.#observed = observed;
  }

  spy(): Pick<History, 'begin' | 'intend' | 'finish'> {
    const { history } = this.#observed;
    return {
      begin: (operation) => {
        const id = history.begin(operation);
        const { app, cluster, plan, trigger } = operation;
        for (const [other, { app: busy }] of this.#running)
          if (busy === app) this.violations.push(`operation ${id} of ${app} began while ${other} was running`);
        this.#running.set(id, { app, cluster, plan, trigger, intended: new Set() });
        this.#checkBudget(id, plan, trigger);
        return id;
      },
      intend: (id, tasks, atMs) => {
        history.intend(id, tasks, atMs);
        for (const task of tasks) this.#running.get(id)?.intended.add(task);
      },
      finish: (id, ...rest) => {
        history.finish(id, ...rest);
        this.#running.delete(id);
      },
    };
  }

  /** A process was killed: its operations are nobody's until the next one takes them up. */
  forgetRunning(): void {
    this.#running.clear();
  }

  onWrite(cluster: string, request: KubeRequest): void {
    const written = objectOf(request);
    if (!written) return;
    const { id, verb } = written;
    const task = verb === 'DELETE' ? `prune:${id}` : `apply:${id}`;
    const ofHook = ['PreSync', 'PostSync', 'SyncFail'].map((phase) => `${verb === 'DELETE' ? 'clear:' : ''}hook:${phase}:${id}`);
    const found = [...this.#running].find(
      ([, { intended, cluster: own }]) =>
        own === cluster &&
        (intended.has(task) ||
          ofHook.some((each) => intended.has(each) || intended.has(`clear:${each}`)) ||
          (id.startsWith('/Namespace/') && intended.has(`namespace:${written.name}`))),
    );
    if (!found) {
      this.violations.push(`${verb} ${id} on ${cluster} without an intent on disk`);
      return;
    }
    const [operation, running] = found;
    if (verb === 'DELETE') void this.#checkDelete(cluster, request, { operation, running, id });
    else void this.#checkWaves(cluster, { operation, running, task });
  }

  #checkBudget(id: number, { deletes, hash, approval }: Plan, trigger: Trigger): void {
    if (trigger === 'delete' || deletes.length <= 10 || approval === undefined) return;
    if (!this.#observed.history.approvals().some((each) => each.hash === hash))
      this.violations.push(`operation ${id} deletes ${deletes.length} objects and nobody has approved it`);
  }

  async #checkDelete(cluster: string, request: KubeRequest, about: { operation: number; running: Running; id: string }): Promise<void> {
    const { operation, running, id } = about;
    const uid = (request.body as { preconditions?: { uid?: string } } | undefined)?.preconditions?.uid;
    if (!uid) this.violations.push(`operation ${operation} deletes ${id} without the uid that was observed`);
    const hook = running.plan.tasks.some((each) => each.kind === 'hook' && resourceId(each.ref) === id);
    const planned = running.plan.deletes.find((each) => resourceId(each.ref) === id);
    if (planned?.uid !== uid && !hook) this.violations.push(`operation ${operation} deletes ${id}, which is not in its plan`);
    const name = running.app.split('/')[1] ?? '';
    const wanted = this.#observed.repository.at(running.plan.revisions[0] ?? '', name);
    if (!hook && running.trigger !== 'delete' && running.trigger !== 'rollback' && wanted.some((each) => idOf(each) === id))
      this.violations.push(`operation ${operation} deletes ${id}, which Git wants`);
    const live = await this.#read(cluster, id);
    if (live && live.metadata.uid === uid && !live.metadata.annotations?.[TRACKING]?.startsWith(`${name}:`))
      this.violations.push(`operation ${operation} of ${name} deletes ${id}, which is not its own`);
  }

  /** Wave n+1 never starts before wave n is there and healthy. */
  async #checkWaves(cluster: string, about: { operation: number; running: Running; task: string }): Promise<void> {
    const { operation, running, task } = about;
    const { tasks } = running.plan;
    const wave = tasks.find((each) => each.id === task)?.wave ?? 0;
    const phase = tasks.find((each) => each.id === task)?.phase ?? 'Sync';
    for (const before of tasks.filter((each) => each.kind === 'apply' && each.phase === phase && each.wave < wave)) {
      const id = resourceId(before.ref);
      if (this.touched.has(`${cluster} ${id}`)) continue;
      const live = await this.#read(cluster, id);
      if (!live) this.violations.push(`operation ${operation} writes wave ${wave} (${task}) and ${id} of wave ${before.wave} is not there`);
      else if (!isReady(live)) this.violations.push(`operation ${operation} writes wave ${wave} (${task}) before ${id} is healthy`);
    }
  }

  #read(cluster: string, id: string): Promise<Manifest | undefined> {
    const [group = '', kind = '', namespace = '', name = ''] = id.split('/');
    return this.#observed.live(cluster).get({ group, version: 'v1', kind, namespace, name });
  }
}

export function idOf(manifest: Manifest): string {
  const group = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : '';
  return `${group}/${manifest.kind}/${manifest.metadata.namespace ?? 'shop'}/${manifest.metadata.name}`;
}

function isReady(live: Manifest): boolean {
  if (live.kind !== 'Deployment') return true;
  const spec = live['spec'] as { replicas?: number };
  const status = (live['status'] ?? {}) as { observedGeneration?: number; updatedReplicas?: number; availableReplicas?: number };
  const wanted = spec.replicas ?? 1;
  return (
    (status.observedGeneration ?? 0) >= (live.metadata.generation ?? 0) &&
    (status.updatedReplicas ?? 0) >= wanted &&
    (status.availableReplicas ?? 0) >= wanted
  );
}

/** What a request writes; undefined for subresources and what is not one object. */
function objectOf({ method, path, body }: KubeRequest): { readonly id: string; readonly verb: string; readonly name: string } | undefined {
  const match = /^\/(?:api\/v1|apis\/([^/]+)\/[^/]+)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?$/.exec(path);
  const [, group = '', inNamespace, plural = '', inPath] = match ?? /^$/.exec('') ?? [];
  const name = inPath ?? (body as Manifest | undefined)?.metadata?.name ?? '';
  const kind = KINDS[plural];
  // `/api/v1/namespaces/shop` is an object itself, not a place.
  if (plural === '' && inNamespace) return { id: `/Namespace//${inNamespace}`, verb: method, name: inNamespace };
  if (!kind || name === '') return undefined;
  return { id: `${kind.startsWith('/') ? kind : `${group}/${kind.split('/')[1]}`}/${inNamespace ?? ''}/${name}`, verb: method, name };
}
