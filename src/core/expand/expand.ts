// An ApplicationSet and what is known of the world become Applications. Pure: what is missing comes back as needs. Behaviour 2.1.
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { type GeneratorEntry, type Inputs, isRecord, type Need, type Params } from './generator.js';
import { overlayTemplate, renderApplication, renderByGoTemplates } from './render.js';
import { runGenerator } from './run.js';

export interface Expansion {
  /** Complete Applications with unique names, in the order of the generators. Empty while needs are open or a generator failed. */
  readonly applications: readonly Expanded[];
  /** Any problem of type ApplicationSet error means: leave everything that exists as it is. */
  readonly problems: readonly Problem[];
  readonly needs: readonly Need[];
  /** Names that were generated more than once: neither is created nor updated, and an existing one is not deleted. */
  readonly duplicates: readonly string[];
  /** False when a generator or a template failed: nothing may be created, changed or deleted. */
  readonly complete: boolean;
}

export interface Expanded {
  readonly application: Manifest;
  readonly generator: number;
  readonly element: number;
  readonly params: Params;
}

/** Expands the set. One generator's failure does not keep the others from being tried, but stops every change. */
export function expand(set: Manifest, inputs: Inputs): Expansion {
  const spec = (set['spec'] ?? {}) as Record<string, unknown>;
  const goTemplate = spec['goTemplate'] === true;
  const goTemplateOptions = Array.isArray(spec['goTemplateOptions']) ? spec['goTemplateOptions'].map(String) : [];
  const generators = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
  const expanded: Expanded[] = [];
  const errors: string[] = [];
  const needs: Need[] = [];
  generators.forEach((entry, generator) => {
    const result = runGenerator(entry, { inputs, goTemplate, goTemplateOptions });
    needs.push(...result.needs);
    if (result.error !== undefined) errors.push(`generator ${generator + 1}: ${result.error}`);
    const template = overlayTemplate(spec['template'], innerTemplate(entry));
    const input = { template, namespace: set.metadata.namespace ?? '', preserveResources: preserves(spec), ...patchOf(spec) };
    const rendered = goTemplate
      ? renderByGoTemplates(input, result.params, { inputs, goTemplateOptions })
      : { value: result.params.map((params) => renderApplication(input, params)) };
    if (rendered.needs) needs.push(...rendered.needs);
    else
      rendered.value.forEach(({ application, error }, element) => {
        const params = result.params[element] ?? {};
        if (application) expanded.push({ application, generator, element, params });
        else errors.push(`generator ${generator + 1}, element ${element + 1}: ${error}`);
      });
  });
  if (needs.length > 0) return { applications: [], problems: [], needs, duplicates: [], complete: false };
  return errors.length > 0 ? stopped(...errors) : validated(set, expanded);
}

function patchOf(spec: Record<string, unknown>): { templatePatch?: string } {
  return typeof spec['templatePatch'] === 'string' ? { templatePatch: spec['templatePatch'] } : {};
}

function preserves(spec: Record<string, unknown>): boolean {
  return isRecord(spec['syncPolicy']) && spec['syncPolicy']['preserveResourcesOnDeletion'] === true;
}

/** `template` stands inside the generator's own block. */
function innerTemplate(entry: GeneratorEntry): unknown {
  return Object.values(entry)
    .filter(isRecord)
    .find((block) => isRecord(block['template']))?.['template'];
}

function validated(set: Manifest, expanded: readonly Expanded[]): Expansion {
  const counts = new Map<string, number>();
  for (const { application } of expanded) counts.set(application.metadata.name, (counts.get(application.metadata.name) ?? 0) + 1);
  const duplicates = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
  const nameless = expanded.filter(({ application }) => !application.metadata.name);
  const problems: Problem[] = [
    ...duplicates.map(
      (name): Problem => ({
        type: 'InvalidSpecError',
        message: `ApplicationSet ${set.metadata.name} contains applications with duplicate name: ${name}`,
      }),
    ),
    ...nameless.map(
      ({ generator, element }): Problem => ({
        type: 'InvalidSpecError',
        message: `generator ${generator + 1}, element ${element + 1}: the application has no name`,
      }),
    ),
  ];
  const applications = expanded.filter(({ application }) => application.metadata.name && counts.get(application.metadata.name) === 1);
  return { applications, problems, needs: [], duplicates, complete: true };
}

function stopped(...messages: readonly string[]): Expansion {
  return {
    applications: [],
    problems: messages.map((message): Problem => ({ type: 'ComparisonError', message })),
    needs: [],
    duplicates: [],
    complete: false,
  };
}
