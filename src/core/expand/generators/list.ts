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
      if (!isRecord(element)) return failed('error unmarshling list element: it is not an object');
      const set = goTemplate ? element : flatElement(element);
      if (typeof set === 'string') return failed(set);
      params.push(set);
    }
    const more = fromYaml(spec['elementsYaml']);
    return more.error === undefined ? generated([...params, ...more.params]) : more;
  },
};

/** Without Go templates every value is a text; only `values` may hold a map. */
function flatElement(element: Readonly<Record<string, unknown>>): Params | string {
  const set: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(element)) {
    if (key === 'values') {
      if (!isRecord(value)) return 'error parsing values map';
      for (const [name, inner] of Object.entries(value)) {
        if (typeof inner !== 'string') return `error parsing value as string: values.${name} is ${JSON.stringify(inner)}`;
        set[`values.${name}`] = inner;
      }
    } else if (typeof value === 'string') set[key] = value;
    else return `error parsing value as string: ${key} is ${JSON.stringify(value)}`;
  }
  return set;
}

/** These are taken as they are, in both template modes. */
function fromYaml(text: unknown): Generated {
  if (typeof text !== 'string' || text.trim() === '') return generated([]);
  try {
    const value = parseYaml(text, 'elementsYaml') ?? [];
    if (Array.isArray(value) && value.every(isRecord)) return generated(value);
    return failed('error unmarshling decoded ElementsYaml: it is not a list of objects');
  } catch (error) {
    if (error instanceof UserError) return failed(`error unmarshling decoded ElementsYaml: ${error.message}`);
    throw error;
  }
}
