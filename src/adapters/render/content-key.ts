// What a rendering depends on, as a key: equal keys mean equal manifests. What the rendering reads is named as narrowly as it can be
// known before it runs, so that a commit elsewhere in the repository costs an application a hash.
import type { Source } from '../../domain/application.js';
import type { CoreInput } from './core-input.js';
import { inflates } from './kustomize.js';
import type { SourceType } from './source-type.js';

const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization|Component)$/;

/** The key of a rendering. `hash` is that of the source's directory. */
export async function contentKey(kind: SourceType['kind'], input: Omit<CoreInput, 'core'>, hash: string): Promise<string> {
  const { request, source, root, tree } = input;
  // Many applications of one directory share a rendering, as long as nothing in it names the application.
  const said = JSON.stringify(source);
  const around = said.includes('$') ? [request.instance, request.project, request.destinationNamespace] : [];
  // Which repositories a chart's dependencies may come from is the project's to say.
  const release =
    kind === 'Helm' ? [request.appName, request.destinationNamespace, request.project] : kind === 'Kustomize' ? [request.project] : [];
  const revision = said.includes('ARGOCD_APP_REVISION') ? tree.revision.id : '';
  const reads = (await staysInside(kind, input)) ? hash : await tree.hash('');
  const isChart = kind === 'Helm' || (kind === 'Kustomize' && inflates(request.buildOptions));
  const capabilities = [isChart ? [request.kubeVersion, request.apiVersions] : [], kind === 'Kustomize' ? request.buildOptions : ''];
  return JSON.stringify([kind, reads, root, source, around, release, revision, capabilities, await references(input)]);
}

/** Whether everything that is read lies below the source's directory. */
async function staysInside(kind: SourceType['kind'], input: Omit<CoreInput, 'core'>): Promise<boolean> {
  if (kind === 'Directory') return !Array.isArray(input.source.directory?.jsonnet?.['libs']);
  const leads = (text: string) => text.includes('..') || text.startsWith('/') || text.includes('$') || text.includes('file:');
  if (namesOf(input.source).some(leads)) return false;
  const prefix = input.root === '' ? '' : `${input.root}/`;
  const telling = input.entries.filter(
    ({ path, kind: is }) =>
      is === 'file' && path.startsWith(prefix) && (kind === 'Helm' ? /(^|\/)(Chart|requirements)\.yaml$/ : KUSTOMIZATION).test(path),
  );
  for (const { path } of telling) {
    const text = Buffer.from(await input.tree.read(path)).toString('utf8');
    if (kind === 'Helm' ? text.includes('file://') : text.includes('..')) return false;
  }
  return true;
}

function namesOf({ helm, kustomize }: Source): string[] {
  const files = (helm?.['valueFiles'] ?? []) as string[];
  const parameters = (helm?.['fileParameters'] ?? []) as { path?: string }[];
  return [...files, ...parameters.map(({ path = '' }) => path), ...((kustomize?.['components'] ?? []) as string[])];
}

/** The states of the other sources that value files come from. */
async function references({ request, source }: Omit<CoreInput, 'core'>): Promise<string[]> {
  const names = new Set(namesOf(source).flatMap((file) => /^\$([A-Za-z0-9_-]+)\//.exec(file)?.[1] ?? []));
  return Promise.all([...names].map(async (name) => `${name}=${(await request.refs?.(name))?.revision.id ?? ''}`));
}
