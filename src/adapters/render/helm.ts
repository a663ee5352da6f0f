// A Helm chart in a repository -> manifests. Value files are found here; Helm itself runs in the core and sees only what it is given.
import { posix } from 'node:path';
import { globMatches } from '../../core/glob.js';
import { parseYaml } from '../../core/manifest/yaml.js';
import { printableUrl } from '../../core/repository/url.js';
import { substitute } from '../../core/source/environment.js';
import { type HelmBlock, type HelmPlan, helmPlan } from '../../core/source/helm.js';
import type { RenderedLayer, Tree } from '../../domain/ports.js';
import { type CoreInput, type CoreResult, environment, guarded, printed, Refused } from './core-input.js';
import { gather, seenFrom } from './gather.js';
import { loaded, withDependencies } from './helm-dependencies.js';

/** `genPrivateKey` of a large key takes seconds. */
const DEADLINE_MS = 90_000;
const DEFAULT_SCHEMES = ['https', 'http'];

export function renderHelm(input: CoreInput): Promise<CoreResult> {
  return guarded(input, 'helm template of', async () => {
    const { core, request, tree, entries, root } = input;
    const plan = planOf(input);
    const chart = await gather(tree, entries, [root]);
    const means = { tree, entries, ...(request.dependency ? { fetch: request.dependency } : {}) };
    const filesB64 = await withDependencies(means, { root, files: loaded(seenFrom(chart.files, root)) });
    const values = await valuesOf(input, plan);
    const setFile: Record<string, string> = {};
    for (const { name, path } of plan.fileParameters)
      setFile[name] = isAddress(path) ? await readAddress(input, path) : await readText(await locate(input, path), path);
    const text = await core.call<string>({
      operation: 'helm',
      input: { ...plan, filesB64, values, setFile, valueFiles: undefined },
      deadlineMs: DEADLINE_MS,
      fairKey: request.app,
    });
    return printed(text, root, chart.bytes);
  });
}

function planOf(input: CoreInput): HelmPlan {
  const { request, source } = input;
  return helmPlan((source.helm ?? {}) as HelmBlock, {
    appName: request.appName,
    destinationNamespace: request.destinationNamespace,
    kubeVersion: request.kubeVersion,
    apiVersions: request.apiVersions,
    environment: environment(input),
  });
}

/** What the chart's values are made of, lowest first. */
export async function helmLayers(input: CoreInput): Promise<readonly RenderedLayer[]> {
  const plan = planOf(input);
  const own = posix.join(input.root, 'values.yaml');
  const files = await valuesOf(input, plan);
  const defaults = (await existing(input, 'values.yaml')).length > 0 ? await readText({ tree: input.tree, path: own }, own) : '';
  const parameters = ((input.source.helm?.['parameters'] ?? []) as { name?: string; value?: string }[]).map(
    ({ name = '', value = '' }): RenderedLayer => ({
      from: `parameter ${name}`,
      at: name.replace(/\\(.)/g, '$1'),
      values: substitute(value, environment(input)),
    }),
  );
  return [
    { from: 'values.yaml of the chart', values: parseYaml(defaults, own) },
    ...files.map(({ name, text }): RenderedLayer => ({ from: name, values: parseYaml(text, name) })),
    ...parameters,
    ...plan.fileParameters.map(({ name, path }): RenderedLayer => ({ from: `file ${path}`, at: name, values: `content of ${path}` })),
  ];
}

interface Located {
  readonly tree: Tree;
  readonly path: string;
}

/** Value files in their order, then the block's own values. */
async function valuesOf(input: CoreInput, plan: HelmPlan): Promise<{ name: string; text: string }[]> {
  const explicit = new Set(plan.valueFiles.filter((file) => !isGlob(file) && !isAddress(file)));
  const values: { name: string; text: string }[] = [];
  const seen = new Set<string>();
  for (const file of plan.valueFiles) {
    if (isAddress(file)) {
      values.push({ name: file, text: await readAddress(input, file) });
      continue;
    }
    const found = isGlob(file) ? await globbed(input, file, explicit) : await existing(input, file);
    if (found.length === 0 && !plan.ignoreMissing)
      throw new Refused(`the value file ${file} does not exist; correct helm.valueFiles, or set ignoreMissingValueFiles`);
    for (const each of found) {
      const id = `${each.tree === input.tree ? '' : each.tree.revision.id}:${each.path}`;
      if (seen.has(id)) continue;
      seen.add(id);
      values.push({ name: file, text: await readText(each, file) });
    }
  }
  if (plan.values !== undefined) values.push({ name: 'helm.values', text: plan.values });
  return values;
}

function isAddress(file: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(file);
}

/** A file on a web server, by the schemes that argocd-cm permits. */
async function readAddress({ request }: CoreInput, address: string): Promise<string> {
  const { valueFileSchemes = DEFAULT_SCHEMES, file } = request;
  const scheme = address.slice(0, address.indexOf(':')).toLowerCase();
  if (!valueFileSchemes.includes(scheme))
    throw new Refused(`the URL scheme '${scheme}' is not allowed (helm.valuesFileSchemes of argocd-cm)`);
  if (!file) throw new Refused(`the value file ${printableUrl(address)} is on another server, and nothing is read from there here`);
  return Buffer.from(await file(address)).toString('utf8');
}

function isGlob(file: string): boolean {
  return /[*?[{]/.test(file);
}

async function existing(input: CoreInput, file: string): Promise<Located[]> {
  const located = await locate(input, file);
  const found = (await located.tree.list(located.path)).some(({ path, kind }) => path === located.path && kind === 'file');
  return found ? [located] : [];
}

/** In lexical order, without those that stand in the list by name: they keep their own place. */
async function globbed(input: CoreInput, pattern: string, explicit: ReadonlySet<string>): Promise<Located[]> {
  const { tree, path } = await locate(input, pattern);
  const named = new Set(await Promise.all([...explicit].map(async (file) => (await locate(input, file)).path)));
  return (await tree.list(posix.dirname(path.split(/[*?[{]/)[0] as string).replace(/^\.$/, '')))
    .filter((entry) => entry.kind === 'file' && globMatches(path, entry.path) && !named.has(entry.path))
    .map((entry) => ({ tree, path: entry.path }));
}

/** `$name/path` is in another source's repository, '/path' at the root of this one, everything else beside the chart. */
async function locate({ request, tree, root }: CoreInput, file: string): Promise<Located> {
  const reference = /^\$([A-Za-z0-9_-]+)\/(.*)$/.exec(file);
  const [, name = '', below = ''] = reference ?? [];
  const from = reference ? await request.refs?.(name) : tree;
  if (!from) throw new Refused(`the value file ${file} names the source "${name}", and no source has \`ref: ${name}\``);
  const relative = reference ? below : file.startsWith('/') ? file.replace(/^\/+/, '') : posix.join(root, file);
  const path = posix.normalize(relative);
  if (path === '..' || path.startsWith('../') || file.includes('\0'))
    throw new Refused(`the value file ${file} is outside of the repository`);
  return { tree: from, path };
}

async function readText({ tree, path }: Located, file: string): Promise<string> {
  const [entry] = await tree.list(path);
  if (entry?.path !== path || entry.kind !== 'file') throw new Refused(`the file ${file} does not exist`);
  return Buffer.from(await tree.read(path)).toString('utf8');
}
