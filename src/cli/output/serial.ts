// Whole objects: -o json and -o yaml. Both are data for other programs: nothing is shortened.
import { inertText } from '../../core/inert.js';
import { toYaml } from '../../core/manifest/yaml.js';

// Control characters, and those that turn the order of reading round: JSON can name them all without changing the value.
const HIDDEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The text of a value in one of the two forms. What a terminal is shown is inert; a pipe gets every character as it is. */
export function serial(form: 'json' | 'yaml', value: unknown, terminal = false): string {
  if (form === 'json') return `${JSON.stringify(value, undefined, 2).replace(HIDDEN, escaped)}\n`;
  const text = toYaml(value);
  return (terminal ? inertText(text) : text).replace(/\n?$/, '\n');
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function isSerial(form: string): form is 'json' | 'yaml' {
  return form === 'json' || form === 'yaml';
}
