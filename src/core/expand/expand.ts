// An ApplicationSet and what is known of the world become Applications. Pure: what is missing comes back as needs. Behaviour 2.1.
import type { Problem } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { type Dropped, type Generated, type GeneratorEntry, type Inputs, isRecord, type Need, needId, type Params } from './generator.js';
import { overlayTemplate, renderApplication } from './render.js';
import { type RunContext, runEntry } from './run.js';
import { fastTemplating, goTemplating, type Templating } from './templating.js';
import { validate } from './validate.js';

/** What stopped a set, as Argo CD's conditions name it. */
export type StopReason = 'ApplicationParamsGenerationError' | 'RenderTemplateParamsError';

export interface Expansion {
  /** Valid Applications with unique names, in the order of the generators. Empty while needs are open or a generator failed. */
  readonly applications: readonly Expanded[];
  /** All that were generated, invalid and duplicate ones too: none of these names is deleted. */
  readonly generated: readonly Expanded[];
  /** Why an Application is not written, by name. */
  readonly invalid: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  readonly needs: readonly Need[];
  /** False when a generator or a template failed: nothing may be created, changed or deleted. */
  readonly complete: boolean;
  /** With `complete: false` and no needs: the first error. */
  readonly stop?: { readonly reason: StopReason; readonly message: string };
  /** Parameter sets that a selector, an exclude or a merge left out. */
  readonly dropped: readonly Dropped[];
}

export interface Expanded {
  readonly application: Manifest;
  readonly generator: number;
  readonly element: number;
  readonly origin: string;
  readonly params: Params;
}

interface Work {
  readonly set: Manifest;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly templating: Templating;
  readonly expanded: Expanded[];
  readonly stops: NonNullable<Expansion['stop']>[];
  readonly needs: Map<string, Need>;
  readonly dropped: Dropped[];
}

/** Expands the set. One generator's failure does not keep the others from being tried, but stops every change. */
export function expand(set: Manifest, inputs: Inputs): Expansion {
  const spec = isRecord(set['spec']) ? set['spec'] : {};
  const options = Array.isArray(spec['goTemplateOptions']) ? spec['goTemplateOptions'].map(String) : [];
  const templating = spec['goTemplate'] === true ? goTemplating(inputs, options) : fastTemplating;
  const work: Work = { set, spec, templating, expanded: [], stops: [], needs: new Map(), dropped: [] };
  const context: RunContext = {
    inputs,
    goTemplate: templating.goTemplate,
    templating,
    set: { name: set.metadata.name, project: projectOf(spec) },
  };
  const generators = Array.isArray(spec['generators']) ? (spec['generators'] as GeneratorEntry[]) : [];
  for (const [index, entry] of generators.entries()) {
    const template = overlayTemplate(spec['template'], innerTemplate(entry));
    for (const result of runEntry(entry, context)) take(work, { result, template, index });
  }
  return finished(work, inputs);
}

function take(
  work: Work,
  { result, template, index }: { result: Generated; template: Readonly<Record<string, unknown>>; index: number },
): void {
  for (const need of result.needs) work.needs.set(needId(need), need);
  work.dropped.push(...(result.dropped ?? []));
  if (result.error !== undefined) work.stops.push({ reason: 'ApplicationParamsGenerationError', message: result.error });
  if (result.error !== undefined || result.needs.length > 0) return;
  const patch = typeof work.spec['templatePatch'] === 'string' ? work.spec['templatePatch'] : undefined;
  const filling = work.templating.fill(template, result.params, { patch, keepEmpty: true });
  if (filling.kind === 'need') {
    work.needs.set(needId(filling.need), filling.need);
    return;
  }
  const how = { namespace: work.set.metadata.namespace ?? '', preserveResources: preserves(work.spec) };
  result.params.forEach((params, element) => {
    const rendered = renderApplication(how, params, filling.results[element] ?? { error: 'the template gave no answer' });
    if ('error' in rendered) work.stops.push({ reason: 'RenderTemplateParamsError', message: rendered.error });
    else work.expanded.push({ ...rendered, generator: index, element, origin: result.origins?.[element] ?? `[${element}]`, params });
  });
}

function finished({ set, expanded, stops, needs, dropped }: Work, inputs: Inputs): Expansion {
  const nothing = { applications: [], generated: [], invalid: new Map<string, string>(), dropped, complete: false } as const;
  if (needs.size > 0) return { ...nothing, problems: [], needs: [...needs.values()] };
  const [stop] = stops;
  if (stop)
    return {
      ...nothing,
      problems: distinct(
        stops.map(({ message }) => message),
        'ComparisonError',
      ),
      needs: [],
      stop,
    };
  const invalid = validate(set, expanded, inputs);
  return {
    applications: expanded.filter(({ application }) => !invalid.has(application.metadata.name)),
    generated: expanded,
    invalid,
    problems: distinct([...invalid.values()], 'InvalidSpecError'),
    needs: [],
    complete: true,
    dropped,
  };
}

/** A thousand elements with one mistake make one problem. */
function distinct(messages: readonly string[], type: Problem['type']): Problem[] {
  return [...new Set(messages)].slice(0, 100).map((message) => ({ type, message }));
}

function projectOf(spec: Readonly<Record<string, unknown>>): string {
  const template = spec['template'] as { spec?: { project?: unknown } } | undefined;
  return typeof template?.spec?.project === 'string' ? template.spec.project : '';
}

function preserves(spec: Readonly<Record<string, unknown>>): boolean {
  return isRecord(spec['syncPolicy']) && spec['syncPolicy']['preserveResourcesOnDeletion'] === true;
}

/** `template` stands inside the generator's own block. */
function innerTemplate(entry: GeneratorEntry): unknown {
  return Object.values(entry)
    .filter(isRecord)
    .find((block) => isRecord(block['template']))?.['template'];
}
