// `argosy render DIR|APP.yaml`: what an Application would render, from files alone.
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseApplication } from '../../core/application/parse.js';
import { originsOf, type ValueOrigin } from '../../core/source/explain.js';
import type { Application, Source } from '../../domain/application.js';
import { isError, UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { objectOf } from '../admin/files.js';
import { type Column, table } from '../output/table.js';
import type { ExplainedSource } from '../ports.js';
import type { Session } from '../session.js';

/** Of the server that is built in: charts refuse a Kubernetes that is too old for them. */
const KUBE_VERSION = 'v1.36.3';
const LONGEST_VALUE = 60;

export async function render(session: Session): Promise<number> {
  const { invocation, io, ports, config } = session;
  const app = await applicationOf(session);
  const wanted = {
    prepared: invocation.on('prepared'),
    kubeVersion: invocation.text('kube-version') ?? KUBE_VERSION,
    apiVersions: invocation.list('api-versions'),
    buildOptions: invocation.text('build-options') ?? '',
  };
  if (invocation.on('explain')) return explain(session, await ports.explainOffline(config, app, wanted));
  const manifests = await ports.renderOffline(config, app, wanted);
  const form = invocation.output();
  if (form === 'json') {
    session.printed(manifests);
    return 0;
  }
  if (form === 'name') {
    io.out(manifests.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}\n`).join(''));
    return 0;
  }
  const { serial } = await import('../output/serial.js');
  io.out(manifests.map((manifest) => `---\n${serial('yaml', manifest, io.terminal)}`).join(''));
  return 0;
}

/** Where each value of its charts came from. */
function explain(session: Session, sources: readonly ExplainedSource[]): number {
  const { io } = session;
  const explained = sources.flatMap(({ source, layers }) => originsOf(layers).map((origin) => ({ source, ...origin })));
  if (session.printed(explained)) return 0;
  if (sources.length === 0) throw new UserError('no source of it is a Helm chart: there are no values to explain');
  const shown = (value: unknown) => (typeof value === 'string' ? value.replaceAll('\n', '\\n') : JSON.stringify(value));
  const cut = (text: string) => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 3)}...` : text);
  type Row = ValueOrigin & { readonly source: number };
  const columns: Column<Row>[] = [
    ...(sources.length > 1 ? [{ header: 'SOURCE', cell: (row: Row) => String(row.source) }] : []),
    { header: 'VALUE', cell: ({ path }: Row) => path },
    { header: 'IS', cell: ({ value }: Row) => cut(shown(value)) },
    { header: 'FROM', cell: ({ from }: Row) => from },
    { header: 'INSTEAD OF', cell: ({ hides }: Row) => hides.map(({ value, from }) => `${cut(shown(value))} (${from})`).join(', ') },
  ];
  io.out(table(columns, explained, io.colour));
  return 0;
}

/** The file's Application; or, for a folder, one whose only source is that folder. */
async function applicationOf(session: Session): Promise<Application> {
  const { invocation, io, config } = session;
  const wanted = invocation.arg(0);
  const path = resolve(io.cwd, wanted);
  const found = wanted === '-' ? undefined : await stat(path).catch(() => undefined);
  if (wanted !== '-' && !found) throw new UserError(`cannot render ${wanted}: there is no such file or folder`, { file: wanted });
  const manifest = found?.isDirectory() ? folderApplication(session, path) : await objectOf(session, wanted);
  if (manifest.kind !== 'Application')
    throw new UserError(`cannot render ${wanted}: it holds a ${manifest.kind}, not an Application`, { file: wanted });
  const metadata = { ...manifest.metadata, namespace: manifest.metadata.namespace ?? config.hub.namespace };
  const { app, problems } = parseApplication({ ...manifest, metadata });
  const error = problems.find(({ type }) => isError(type));
  if (error) throw new UserError(`cannot render ${wanted}: ${error.message}`);
  return app;
}

function folderApplication({ invocation }: Session, path: string): Manifest {
  const valueFiles = [...invocation.list('values')];
  const parameters = Object.entries(invocation.pairs('set')).map(([name, value]) => ({ name, value }));
  const releaseName = invocation.text('release-name');
  const helm = {
    ...(valueFiles.length > 0 ? { valueFiles } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(releaseName === undefined ? {} : { releaseName }),
  };
  const source: Source = { repoURL: path, path: '.', ...(Object.keys(helm).length > 0 ? { helm } : {}) };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: invocation.text('name') ?? basename(path) },
    spec: {
      project: 'default',
      source,
      destination: { server: 'https://kubernetes.default.svc', namespace: invocation.text('namespace') ?? 'default' },
    },
  };
}
