// YAML as Kubernetes reads it: YAML 1.1 scalars as go-yaml v2 resolves them, so 'yes' and 'y' are booleans, 0755 is
// octal, 1_000 is a number, while dates and 12:30 stay text. Keys follow the same rules and become text afterwards.
import { defineScalarTag, mapTag, mergeTag, NOT_RESOLVED, nullYaml11Tag, Schema, seqTag, strTag, timestampTag } from 'js-yaml';

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);

const INTEGER = /^[-+]?(?:0b[01_]+|0o[0-7_]+|0[xX][0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?$/;
const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The boolean that a plain scalar means, or undefined. */
export function readBoolean(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

/**
 * The number that a plain scalar means, or undefined where it is text. Numbers beyond a double's range are text.
 * Throws for infinities and NaN, which JSON cannot carry.
 */
export function readNumber(text: string): number | undefined {
  if (INTEGER.test(text)) return readInteger(text);
  if (FLOAT.test(text)) {
    const value = Number(text.replaceAll('_', ''));
    return Number.isFinite(value) ? value : undefined;
  }
  if (NOT_FINITE.test(text)) throw new Error(`"${text}" is not a number that JSON can carry`);
  return undefined;
}

function readInteger(text: string): number {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '').toLowerCase();
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return negative && value !== 0 ? -value : value;
}

const booleanTag = defineScalarTag<boolean>('tag:yaml.org,2002:bool', {
  implicit: true,
  implicitFirstChars: [...'yYtToOnNfF'],
  resolve: (text) => readBoolean(text) ?? NOT_RESOLVED,
  identify: (value) => typeof value === 'boolean',
});

const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: [...'0123456789+-'],
  resolve: (text) => (INTEGER.test(text) ? readInteger(text) : NOT_RESOLVED),
  identify: Number.isInteger,
});

const floatTag = floatTagWith((text) => readNumber(text));

function floatTagWith(read: (text: string) => number | undefined) {
  return defineScalarTag<number>('tag:yaml.org,2002:float', {
    implicit: true,
    implicitFirstChars: [...'0123456789+-.'],
    resolve: (text) => read(text) ?? NOT_RESOLVED,
    identify: (value) => typeof value === 'number' && !Number.isInteger(value),
  });
}

/** For reading. */
export const kubernetesSchema = new Schema([nullYaml11Tag, booleanTag, integerTag, floatTag, mergeTag, strTag, seqTag, mapTag]);

const quotedInfinity = floatTagWith((text) => (NOT_FINITE.test(text) ? 0 : readNumber(text)));

/** For writing: text that looks like a date or an infinity is quoted too, because other readers would take it for one. */
export const writingSchema = kubernetesSchema.withTags(timestampTag, quotedInfinity);
