// Parameters and a template become an Application. Behaviour 2.1 ("Pipeline", "templatePatch", "Finalizer defaulting").
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { TypeNode, TypeTable } from '../../domain/schema.js';
import { checkShape } from '../application/shape.js';
import { SPEC_SHAPE } from '../application/spec-shape.js';
import { parseYaml } from '../manifest/yaml.js';
import { strategicMerge } from '../merge/strategic.js';
import { isRecord, type Params } from './generator.js';
import type { Filled } from './templating.js';

export const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export interface RenderInput {
  readonly namespace: string;
  readonly preserveResources: boolean;
}

export type Rendered = { readonly application: Manifest } | { readonly error: string };

/** The Application of one filled template. An empty parameter set gives the template as it is, without a finalizer. */
export function renderApplication(input: RenderInput, params: Params, filled: Filled): Rendered {
  if (filled.error !== undefined) return { error: filled.error };
  const { metadata, spec } = filled.value as { metadata?: unknown; spec?: unknown };
  const own = isRecord(metadata) ? { ...metadata } : {};
  const finalizers = own['finalizers'];
  const bare = !Array.isArray(finalizers) || finalizers.length === 0;
  if (Object.keys(params).length > 0 && !input.preserveResources && bare) own['finalizers'] = [RESOURCES_FINALIZER];
  const base = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: own, spec: isRecord(spec) ? spec : {} };
  const patched = filled.patch === undefined ? { application: base as unknown as Manifest } : patch(base, filled.patch);
  if ('error' in patched) return patched;
  // Always: a set must not write into another namespace than its own.
  const { metadata: last } = patched.application;
  patched.application.metadata = { ...last, name: last.name === undefined ? '' : String(last.name), namespace: input.namespace };
  return patched;
}

const NO_TABLE: TypeTable = { types: {}, kinds: {} };
const text: TypeNode = { is: 'scalar', type: 'string' };
/** Only these lists of an Application are merged by a strategic patch; all others are replaced. */
const APPLICATION: TypeNode = {
  is: 'map',
  fields: {
    metadata: {
      is: 'map',
      fields: {
        finalizers: { is: 'list', items: text, listType: 'set', patchStrategy: 'merge' },
        ownerReferences: { is: 'list', items: { is: 'any' }, listType: 'map', keys: ['uid'], mergeKey: 'uid', patchStrategy: 'merge' },
      },
      preserveUnknown: true,
    },
  },
  preserveUnknown: true,
};

/** The project always stays what the template said. */
function patch(base: Record<string, unknown>, patchText: string): Rendered {
  try {
    const value = parseYaml(patchText, 'templatePatch') ?? {};
    if (!isRecord(value)) return { error: `invalid templatePatch ${JSON.stringify(JSON.stringify(value))}: it is not an object` };
    const [wrong] = isRecord(value['spec']) ? checkShape(value['spec'], SPEC_SHAPE, 'spec').wrong : [];
    if (wrong !== undefined) return { error: `invalid templatePatch ${JSON.stringify(JSON.stringify(value))}: ${wrong}` };
    const merged = strategicMerge(NO_TABLE, APPLICATION, base, value) as unknown as Manifest;
    const project = (base['spec'] as { project?: unknown }).project;
    const spec: Record<string, unknown> = { ...(isRecord(merged['spec']) ? merged['spec'] : {}), project };
    if (project === undefined) delete spec['project'];
    return { application: { ...merged, spec } };
  } catch (error) {
    if (error instanceof UserError) return { error: `error while converting template to json "": ${error.message}` };
    throw error;
  }
}

/** A generator's own template: what it says wins, spec.template fills the gaps; lists are not appended. */
export function overlayTemplate(base: unknown, over: unknown): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  if (!isRecord(over)) return merged;
  for (const [key, value] of Object.entries(over)) {
    if (isNothing(value)) continue;
    merged[key] = isRecord(value) && isRecord(merged[key]) ? overlayTemplate(merged[key], value) : value;
  }
  return merged;
}

/** Go's zero values: what is false or 0 says nothing. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    value === 0 ||
    (Array.isArray(value) && value.length === 0) ||
    (isRecord(value) && Object.values(value).every(isNothing))
  );
}
