// Colours for a line of YAML: keys, values, dashes.
import { type ColourName, style } from '../theme.js';
import type { Run } from './panel.js';

export function yamlLine(line: string, bg: ColourName = 'panel'): Run[] {
  const match = /^(\s*(?:- )*)([^\s:#'"][^:#]*:)(\s.*|)$/.exec(line);
  if (!match) return [[line, style('text', bg)]];
  const [, indent = '', key = '', value = ''] = match;
  return [
    [indent, style('dim', bg)],
    [key, style('accent', bg)],
    [value, style('text', bg)],
  ];
}
