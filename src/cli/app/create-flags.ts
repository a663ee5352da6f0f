// Flags of `app create` and `app set` written into an Application; only those that were given.
import type { ApplicationSpec, SyncPolicy } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Invocation } from '../invocation.js';

const FINALIZER = 'resources-finalizer.argocd.argoproj.io';

/** Everything but the source. */
export function applySpecFlags(manifest: Manifest, invocation: Invocation): Manifest {
  const spec = (manifest['spec'] ?? {}) as ApplicationSpec;
  const { metadata } = manifest;
  const labels = { ...metadata.labels, ...invocation.pairs('label') };
  const annotations = { ...metadata.annotations, ...invocation.pairs('annotations') };
  const limit = invocation.number('revision-history-limit');
  const project = invocation.text('project');
  const syncPolicy = policyOf(spec.syncPolicy, invocation);
  return {
    ...manifest,
    metadata: {
      ...metadata,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ...(invocation.on('set-finalizer') ? { finalizers: [...new Set([...(metadata.finalizers ?? []), FINALIZER])] } : {}),
    },
    spec: {
      ...spec,
      ...(project === undefined ? {} : { project }),
      destination: destinationOf(spec, invocation),
      ...(syncPolicy ? { syncPolicy } : {}),
      ...(limit === undefined ? {} : { revisionHistoryLimit: limit }),
    },
  };
}

function destinationOf(spec: ApplicationSpec, invocation: Invocation): ApplicationSpec['destination'] {
  const [server, name, namespace] = ['dest-server', 'dest-name', 'dest-namespace'].map((flag) => invocation.text(flag));
  if (server !== undefined && name !== undefined) throw new UserError('name the cluster by --dest-server or by --dest-name, not by both');
  const old = server !== undefined || name !== undefined ? { namespace: spec.destination?.namespace } : spec.destination;
  return Object.fromEntries(
    Object.entries({ ...old, ...(server ? { server } : {}), ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function policyOf(old: SyncPolicy | undefined, invocation: Invocation): SyncPolicy | undefined {
  const word = invocation.text('sync-policy');
  const automatic = word === undefined ? old?.automated !== undefined : word.startsWith('auto');
  const flags = {
    ...(invocation.on('auto-prune') ? { prune: true } : {}),
    ...(invocation.on('self-heal') ? { selfHeal: true } : {}),
    ...(invocation.on('allow-empty') ? { allowEmpty: true } : {}),
  };
  if (!automatic && Object.keys(flags).length > 0)
    throw new UserError('--auto-prune, --self-heal and --allow-empty need --sync-policy automated');
  const options = invocation.list('sync-option');
  if (word === undefined && Object.keys(flags).length === 0 && options.length === 0) return old;
  const { automated, ...rest } = old ?? {};
  return {
    ...rest,
    ...(automatic ? { automated: { ...automated, ...flags } } : {}),
    ...(options.length > 0 ? { syncOptions: mergedOptions(old?.syncOptions ?? [], options) } : {}),
  };
}

/** '!NAME=VALUE' takes an option away; one of the same name is replaced. */
function mergedOptions(old: readonly string[], changes: readonly string[]): string[] {
  const name = (option: string) => option.replace(/^!/, '').split('=')[0];
  const names = new Set(changes.map(name));
  return [...old.filter((option) => !names.has(name(option))), ...changes.filter((option) => !option.startsWith('!'))];
}
