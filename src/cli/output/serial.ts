// Whole objects: -o json and -o yaml. Both are data for other programs: nothing is shortened.
import { toYaml } from '../../core/manifest/yaml.js';

/** The text of a value in one of the two forms. JSON escapes control characters by itself; YAML is made to. */
export function serial(form: 'json' | 'yaml', value: unknown): string {
  if (form === 'json') return `${JSON.stringify(value, undefined, 2)}\n`;
  const text = toYaml(value);
  return text.endsWith('\n') ? text : `${text}\n`;
}

export function isSerial(form: string): form is 'json' | 'yaml' {
  return form === 'json' || form === 'yaml';
}
