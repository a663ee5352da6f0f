// list: parameter sets as they are written, then those of `elementsYaml`.
import { UserError } from '../../../domain/problem.js';
import { parseYaml } from '../../manifest/yaml.js';
import { failed, type Generated, type Generator, generated, isRecord, type Params } from '../generator.js';

export const listGenerator: Generator = {
  kind: 'list',
  generate(spec, { goTemplate }) {
    const elements = Array.isArray(spec['elements']) ? spec['elements'] : [];
    const params: Params[] = [];
    for (const element of elements) {
      const set = goTemplate ? element : flatElement(element);
      if (typeof set === 'string') return failed(set);
      params.push(set as Params);
    }
    const more = fromYaml(spec['elementsYaml']);
    return more.error === undefined ? generated([...params, ...more.params]) : more;
  },
};

/** Without Go templates every value is a text; only `values` may hold a map. */
function flatElement(element: unknown): Params | string {
  if (!isRecord(element)) return 'error unmarshalling list element: it is not a map';
  const set: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(element)) {
    if (key === 'values' && isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner !== 'string') return `error parsing value as string: values.${name}`;
        set[`values.${name}`] = inner;
      }
    } else if (typeof value === 'string') set[key] = value;
    else return `error parsing value as string: ${key}`;
  }
  return set;
}

function fromYaml(text: unknown): Generated {
  if (typeof text !== 'string' || text.trim() === '') return generated([]);
  try {
    const value = parseYaml(text, 'elementsYaml') ?? [];
    if (Array.isArray(value) && value.every(isRecord)) return generated(value);
    return failed('error unmarshalling decoded ElementsYaml: it is not a list of maps');
  } catch (error) {
    if (error instanceof UserError) return failed(`error unmarshalling decoded ElementsYaml: ${error.message}`);
    throw error;
  }
}
