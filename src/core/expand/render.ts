// Parameters and a template become an Application. Behaviour 2.1 ("Pipeline", "templatePatch", "Finalizer defaulting").
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { parseYaml } from '../manifest/yaml.js';
import { jsonMerge } from '../merge/json-merge.js';
import { isRecord, type Params } from './generator.js';
import { fillText, fillValue } from './template.js';

const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export interface RenderInput {
  /** spec.template, with the generator's own template laid over it. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly templatePatch?: string;
  readonly namespace: string;
  readonly preserveResources: boolean;
}

/** The Application of one parameter set, or what is wrong with it. An empty set returns the template as it is, without a finalizer. */
export function renderApplication(input: RenderInput, params: Params): { readonly application?: Manifest; readonly error?: string } {
  const empty = Object.keys(params).length === 0;
  const filled = empty ? { value: input.template } : fillValue(input.template, params);
  if ('error' in filled && filled.error !== undefined) return { error: filled.error };
  const { metadata = {}, spec = {} } = filled.value as { metadata?: Record<string, unknown>; spec?: Record<string, unknown> };
  const base = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { ...metadata }, spec };
  const patched = patch(base, input.templatePatch, params);
  if ('error' in patched) return patched;
  const application = patched.application;
  application.metadata.namespace = input.namespace;
  if (!empty && !input.preserveResources && (application.metadata.finalizers?.length ?? 0) === 0)
    application.metadata.finalizers = [RESOURCES_FINALIZER];
  return { application };
}

/** The patch replaces lists and merges maps; the project always stays what the template said. */
function patch(base: Record<string, unknown>, text: string | undefined, params: Params): { application: Manifest } | { error: string } {
  if (text === undefined || text.trim() === '') return { application: base as unknown as Manifest };
  const filled = fillText(text, params);
  if (filled.error !== undefined) return { error: filled.error };
  try {
    const value = parseYaml(filled.text, 'templatePatch');
    if (!isRecord(value)) return { error: 'error applying templatePatch: it is not an object' };
    const merged = jsonMerge(base, value) as unknown as Manifest;
    const project = (base['spec'] as { project?: unknown }).project;
    merged['spec'] = { ...(merged['spec'] as object), project };
    return { application: merged };
  } catch (error) {
    if (error instanceof UserError) return { error: `error applying templatePatch: ${error.message}` };
    throw error;
  }
}

/** A generator's own template: what it says wins, spec.template fills the gaps; lists are not appended. */
export function overlayTemplate(base: unknown, over: unknown): Readonly<Record<string, unknown>> {
  const merged: Record<string, unknown> = isRecord(base) ? { ...base } : {};
  if (!isRecord(over)) return merged;
  for (const [key, value] of Object.entries(over)) {
    if (isEmpty(value)) continue;
    merged[key] = isRecord(value) && isRecord(merged[key]) ? overlayTemplate(merged[key], value) : value;
  }
  return merged;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isRecord(value) && Object.keys(value).length === 0)
  );
}
