// `kustomize build --enable-helm`: the charts that kustomizations inflate are rendered by the core, and stand for themselves as a
// component, which Kustomize reads where it would have inflated them: after the other generators.
import { posix } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { toYaml } from '../../core/manifest/yaml.js';
import { rewritten } from '../../core/source/kustomization.js';
import { chartsIn, type InflatedChart } from '../../core/source/kustomize-charts.js';
import { type CoreInput, Refused } from './core-input.js';
import { seenFrom } from './gather.js';
import { fetchedFiles, loaded, withDependencies } from './helm-dependencies.js';
import type { Reached } from './kustomize-reach.js';

const DEADLINE_MS = 90_000;
/** Kustomize knows by it that a namespace of the kustomization is not put over what the chart says; it takes it away again. */
const INFLATED = 'internal.config.kubernetes.io/helm-generated';
const CHARTS = '.argosy-charts';
const HOOK = 'helm.sh/hook';

interface Inflating {
  readonly input: CoreInput;
  /** All files of the build, base64 by path. */
  readonly files: Record<string, string>;
  /** The folder of the kustomization. */
  readonly folder: string;
  readonly home: string;
  readonly namespace: string;
}

/** Renders the charts of all kustomizations into `files`. */
export async function inflateCharts(input: CoreInput, files: Record<string, string>, kustomizations: readonly Reached[]): Promise<void> {
  for (const { path, value, namespace } of kustomizations) {
    const { home, charts } = chartsIn(value);
    if (charts.length === 0) continue;
    const folder = posix.dirname(path).replace(/^\.$/, '');
    const names: string[] = [];
    for (const [i, chart] of charts.entries()) {
      const name = `${i}.yaml`;
      files[posix.join(folder, CHARTS, name)] = base64(await inflate({ input, files, folder, home, namespace }, chart));
      names.push(name);
    }
    const component = { apiVersion: 'kustomize.config.k8s.io/v1alpha1', kind: 'Component', resources: names };
    files[posix.join(folder, CHARTS, 'kustomization.yaml')] = base64(toYaml(component));
    files[path] = base64(rewritten(text(files[path]), { charts: CHARTS }));
  }
}

async function inflate(around: Inflating, chart: InflatedChart): Promise<string> {
  const { input } = around;
  if (chart.name === '') throw new Refused('a chart of its kustomization has no name');
  const kustomize = (input.source.kustomize ?? {}) as { readonly kubeVersion?: string; readonly apiVersions?: readonly string[] };
  const filesB64 = await chartFiles(around, chart);
  const printed = await input.core.call<string>({
    operation: 'helm',
    input: {
      name: chart.releaseName || chart.name,
      namespace: chart.namespace || around.namespace || 'default',
      filesB64,
      values: valuesOf(around, chart, text(filesB64['values.yaml'])),
      set: [],
      setString: [],
      setFile: {},
      kubeVersion: chart.kubeVersion || kustomize.kubeVersion || input.request.kubeVersion,
      apiVersions: firstFilled(chart.apiVersions, kustomize.apiVersions, input.request.apiVersions),
      skipCrds: !chart.includeCrds,
      skipTests: chart.skipTests,
      skipSchemaValidation: false,
    },
    deadlineMs: DEADLINE_MS,
    fairKey: input.request.app,
  });
  return marked(printed, chart);
}

function firstFilled(...lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return lists.find((list) => list !== undefined && list.length > 0) ?? [];
}

/** A chart in the chart home, else one of its repository. */
async function chartFiles({ input, files, folder, home }: Inflating, chart: InflatedChart): Promise<Readonly<Record<string, string>>> {
  const { name, version, repo } = chart;
  const root = posix.join(folder, home, version !== '' && repo !== '' ? `${name}-${version}` : '', name);
  const local = loaded(seenFrom(files, root));
  const { tree, entries, request } = input;
  const means = { tree, entries, ...(request.dependency ? { fetch: request.dependency } : {}) };
  if (Object.keys(local).length > 0) return withDependencies(means, { root, files: local });
  if (repo === '') throw new Refused(`no repo specified for pull, no chart found at '${root}'`);
  if (!request.dependency) throw new Refused(`the chart ${name} is in the chart repository ${repo}, and nothing is read from there here`);
  return loaded(await fetchedFiles(await request.dependency({ name, version, repository: repo })));
}

/** Later ones win: what Kustomize merges into one file comes first. */
function valuesOf(around: Inflating, chart: InflatedChart, own: string): { name: string; text: string }[] {
  const read = (file: string) => {
    const path = posix.join(around.folder, file);
    const found = around.files[path];
    if (found === undefined) throw new Refused(`the value file ${file} of the chart ${chart.name} does not exist`);
    return { name: file, text: text(found) };
  };
  const base = chart.valuesFile === '' ? { name: 'values.yaml', text: own } : read(chart.valuesFile);
  const inline = chart.valuesInline ? [{ name: 'valuesInline', text: toYaml(chart.valuesInline) }] : [];
  const merged = { override: [base, ...inline], merge: [...inline, base], replace: inline.length > 0 ? inline : [base] }[chart.valuesMerge];
  return [...merged, ...chart.additionalValuesFiles.map(read)];
}

function marked(printed: string, { skipHooks }: InflatedChart): string {
  const documents = parseAllDocuments(printed, { version: '1.1' });
  if (!Array.isArray(documents)) return '';
  const kept = documents.filter((document) => {
    if (document.contents === null || document.toJS() === null) return false;
    return !(skipHooks && document.getIn(['metadata', 'annotations', HOOK]) !== undefined);
  });
  return kept
    .map((document) => {
      if (document.getIn(['metadata', 'annotations']) === null) document.deleteIn(['metadata', 'annotations']);
      if (document.hasIn(['metadata', 'annotations'])) document.setIn(['metadata', 'annotations', INFLATED], 'true');
      else document.setIn(['metadata', 'annotations'], document.createNode({ [INFLATED]: 'true' }));
      return document.toString({ lineWidth: 0, directives: false });
    })
    .join('---\n');
}

function text(base64Text: string | undefined): string {
  return Buffer.from(base64Text ?? '', 'base64').toString('utf8');
}

function base64(content: string): string {
  return Buffer.from(content).toString('base64');
}
