// A source's kustomize block as edits of its kustomization file. Behaviour 2.2, "Kustomize".
import { type Environment, substitute } from './environment.js';

export interface KustomizeBlock {
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly images?: readonly string[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: unknown }[];
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly forceCommonLabels?: boolean;
  readonly labelWithoutSelector?: boolean;
  readonly labelIncludeTemplates?: boolean;
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly commonAnnotationsEnvsubst?: boolean;
  readonly forceCommonAnnotations?: boolean;
  readonly components?: readonly string[];
  readonly ignoreMissingComponents?: boolean;
  readonly patches?: readonly unknown[];
}

/** The edits in the core's terms; undefined where the block asks for none. `hasDirectory` says which components are there. */
export function kustomizeEdits(
  block: KustomizeBlock,
  environment: Environment,
  hasDirectory: (path: string) => boolean,
): Record<string, unknown> | undefined {
  const filled = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, substitute(value, environment)]));
  const components = (block.components ?? []).filter((path) => !block.ignoreMissingComponents || hasDirectory(path));
  const annotations = block.commonAnnotations ?? {};
  const edits: Record<string, unknown> = {
    ...given('namePrefix', block.namePrefix),
    ...given('nameSuffix', block.nameSuffix),
    ...given('namespace', block.namespace),
    ...given(
      'images',
      block.images?.map((image) => substitute(image, environment)),
    ),
    ...given(
      'replicas',
      block.replicas?.map(({ name, count }) => ({ name, count: Number(count) })),
    ),
    ...given('commonLabels', filled(block.commonLabels ?? {})),
    ...given('commonAnnotations', block.commonAnnotationsEnvsubst ? filled(annotations) : annotations),
    ...given('components', components),
    ...given('patches', block.patches),
  };
  if (Object.keys(edits).length === 0) return undefined;
  return {
    ...edits,
    forceCommonLabels: block.forceCommonLabels === true,
    labelWithoutSelector: block.labelWithoutSelector === true,
    labelIncludeTemplates: block.labelIncludeTemplates === true,
    forceCommonAnnotations: block.forceCommonAnnotations === true,
  };
}

function given(name: string, value: unknown): Record<string, unknown> {
  if (value === undefined || value === '') return {};
  const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return empty ? {} : { [name]: value };
}
