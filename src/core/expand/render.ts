// Parameters and a template become an Application. Behaviour 2.1 ("Pipeline", "templatePatch", "Finalizer defaulting").
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { RenderedApplication } from '../../domain/scripts.js';
import { parseYaml } from '../manifest/yaml.js';
import { jsonMerge } from '../merge/json-merge.js';
import { type GeneratorContext, isRecord, type Need, needId, type Params } from './generator.js';
import type { Filled } from './go-texts.js';
import { fillText, fillValue } from './template.js';

const RESOURCES_FINALIZER = 'resources-finalizer.argocd.argoproj.io';

export interface RenderInput {
  /** spec.template, with the generator's own template laid over it. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly templatePatch?: string;
  readonly namespace: string;
  readonly preserveResources: boolean;
}

export interface RenderedOne {
  readonly application?: Manifest;
  readonly error?: string;
}

/** The Application of one parameter set, or what is wrong with it. An empty set returns the template as it is, without a finalizer. */
export function renderApplication(input: RenderInput, params: Params): RenderedOne {
  const isEmptySet = Object.keys(params).length === 0;
  const filled = isEmptySet ? { value: input.template } : fillValue(input.template, params);
  if ('error' in filled && filled.error !== undefined) return { error: filled.error };
  const patchText = fillText(input.templatePatch ?? '', params);
  if (patchText.error !== undefined) return { error: patchText.error };
  return finished(input, { object: filled.value as Template, patchText: patchText.text, isEmptySet });
}

/** The same by Go templates: one answer for all sets. */
export function renderByGoTemplates(
  input: RenderInput,
  params: readonly Params[],
  { inputs, goTemplateOptions }: Pick<GeneratorContext, 'inputs' | 'goTemplateOptions'>,
): Filled<readonly RenderedOne[]> {
  if (params.length === 0) return { value: [] };
  const { template, templatePatch } = input;
  const need: Need = { kind: 'applications', template, params, options: goTemplateOptions, ...(templatePatch ? { templatePatch } : {}) };
  const answer = inputs.answers.get(needId(need)) as readonly RenderedApplication[] | undefined;
  if (!answer) return { needs: [need] };
  return {
    value: answer.map((each, i) => {
      if (each.error !== undefined) return { error: each.error };
      const isEmptySet = Object.keys(params[i] ?? {}).length === 0;
      return finished(input, { object: each.object as Template, patchText: each.patch ?? '', isEmptySet });
    }),
  };
}

interface Template {
  readonly metadata?: Record<string, unknown>;
  readonly spec?: Record<string, unknown>;
}

function finished(
  input: RenderInput,
  { object, patchText, isEmptySet }: { readonly object: Template; readonly patchText: string; readonly isEmptySet: boolean },
): RenderedOne {
  const { metadata = {}, spec = {} } = object;
  const base = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { ...metadata }, spec };
  const patched = patch(base, patchText);
  if ('error' in patched) return patched;
  const { application } = patched;
  application.metadata.namespace = input.namespace;
  if (!isEmptySet && !input.preserveResources && (application.metadata.finalizers?.length ?? 0) === 0)
    application.metadata.finalizers = [RESOURCES_FINALIZER];
  return { application };
}

/** The patch replaces lists and merges maps; the project always stays what the template said. */
function patch(base: Record<string, unknown>, text: string): { application: Manifest } | { error: string } {
  if (text.trim() === '') return { application: base as unknown as Manifest };
  try {
    const value = parseYaml(text, 'templatePatch');
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
