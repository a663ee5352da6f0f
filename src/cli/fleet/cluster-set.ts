// `argosy cluster set NAME`: labels, annotations and project of a cluster, kept in its Secret; a cluster of argosy.yaml gets a Secret that
// only describes it. Generators of ApplicationSets see them at once.
import { nearest } from '../../core/nearest.js';
import type { ClusterRow } from '../../domain/fleet.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { secretField, secretType } from './secret-fields.js';

const DESCRIBES_ONLY = 'argosy.dev/describes-only';

export async function clusterSet(session: Session): Promise<number> {
  const { invocation, io, config } = session;
  const wanted = invocation.arg(0);
  const labels = changesOf(session, 'label');
  const annotations = changesOf(session, 'annotation');
  if (labels.size + annotations.size === 0)
    throw new UserError('say what to set: --label NAME=VALUE, --annotation NAME=VALUE; NAME- takes one away');
  const engine = await session.engine();
  const { clusters } = await engine.inspect({ kind: 'rows' }, io.signal);
  const row = clusters.find(({ key, server, aliases }) => key === wanted || server === wanted || aliases.includes(wanted));
  if (!row) throw notFound(wanted, clusters);
  const secrets = await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal);
  const known = secrets.find(
    (secret) =>
      secretType(secret) === 'cluster' && (secretField(secret, 'name') === row.key || secretField(secret, 'server') === row.server),
  );
  const metadata = { labels: changed(known?.metadata.labels, labels), annotations: changed(known?.metadata.annotations, annotations) };
  await engine.request({
    kind: 'put',
    how: known ? 'merge' : 'create',
    actor: session.actor,
    manifest: known ? merged(known, { labels, annotations }) : describing(row, metadata, config.hub.namespace),
  });
  io.out(`Cluster '${row.key}' updated.\n`);
  return 0;
}

/** NAME=VALUE sets, NAME- takes away. */
function changesOf({ invocation }: Session, flag: string): Map<string, string | null> {
  return new Map(
    invocation.list(flag).map((text): [string, string | null] => {
      if (/^[^=]+-$/.test(text)) return [text.slice(0, -1), null];
      const at = text.indexOf('=');
      if (at <= 0) throw new UserError(`cannot use --${flag} ${text}: write it as NAME=VALUE, or NAME- to take it away`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function changed(old: Readonly<Record<string, string>> | undefined, changes: ReadonlyMap<string, string | null>): Record<string, string> {
  const all = new Map(Object.entries(old ?? {}));
  for (const [name, value] of changes) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return Object.fromEntries(all);
}

/** A merge patch of the Secret: what it holds is not read, and not written. */
function merged(
  secret: Manifest,
  {
    labels,
    annotations,
  }: { readonly labels: ReadonlyMap<string, string | null>; readonly annotations: ReadonlyMap<string, string | null> },
): Manifest {
  const { name, namespace } = secret.metadata;
  const metadata = {
    name,
    ...(namespace ? { namespace } : {}),
    labels: Object.fromEntries(labels),
    annotations: Object.fromEntries(annotations),
  };
  return { apiVersion: 'v1', kind: 'Secret', metadata: metadata as unknown as Manifest['metadata'] };
}

function describing(
  { key, server }: ClusterRow,
  { labels, annotations }: { readonly labels: Record<string, string>; readonly annotations: Record<string, string> },
  namespace: string,
): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name: `cluster-${key.replace(/[^a-z0-9-]+/gi, '-').toLowerCase()}`,
      namespace,
      labels: { ...labels, 'argocd.argoproj.io/secret-type': 'cluster' },
      annotations: { ...annotations, [DESCRIBES_ONLY]: 'true' },
    },
    stringData: { name: key, server },
  };
}

function notFound(wanted: string, clusters: readonly ClusterRow[]): UserError {
  const meant = nearest(
    wanted,
    clusters.map(({ key }) => key),
  );
  return new UserError(`cluster "${wanted}" not found${meant ? `; did you mean "${meant}"?` : '; `argosy cluster list` shows them'}`);
}
