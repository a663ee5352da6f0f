// Quantities in the form in which a server stores them: '0.5' cpu is '500m', '1024Mi' is '1Gi', '1000m' is '1'.
// Computed with BigInt in units of 10^-9, the smallest that a server keeps.

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: readonly (readonly [string, number])[] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
];
const PARTS = /^([+-]?)(\d*)\.?(\d*)(?:([eE])([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** The stored form of a quantity; what is not one comes back unchanged. */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const text = String(value);
  if (/^\d+$/.test(text) && !text.endsWith('000')) return text.replace(/^0+(?=\d)/, '');
  const nano = nanoOf(text);
  if (nano === undefined) return value;
  if (nano === 0n) return '0';
  const suffix = PARTS.exec(text);
  const sign = nano < 0n ? '-' : '';
  const size = nano < 0n ? -nano : nano;
  if (suffix?.[4]) return sign + exponentForm(size);
  if (suffix?.[6]?.endsWith('i')) return sign + binaryForm(size);
  return sign + decimalForm(size);
}

/** A quantity as a number, for comparing and adding up; undefined when it is not one. */
export function quantityNumber(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const nano = nanoOf(String(value));
  return nano === undefined ? undefined : Number(nano) / 1e9;
}

function nanoOf(text: string): bigint | undefined {
  const match = PARTS.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', , exponent, unit] = match;
  if (whole === '' && fraction === '') return undefined;
  let power = 9 - fraction.length + (exponent ? Number(exponent) : 0);
  if (Math.abs(power) > 60) return undefined;
  let size = BigInt(`${whole}${fraction}`);
  if (unit?.endsWith('i')) size *= 1024n ** BigInt(BINARY.indexOf(unit));
  else if (unit) power += DECIMAL.find(([name]) => name === unit)?.[1] ?? 0;
  // Finer than a nano unit is rounded up, away from zero.
  size = power >= 0 ? size * 10n ** BigInt(power) : (size + 10n ** BigInt(-power) - 1n) / 10n ** BigInt(-power);
  return sign === '-' ? -size : size;
}

function decimalForm(nano: bigint): string {
  let best = `${nano}n`;
  for (const [name, power] of DECIMAL) {
    const unit = 10n ** BigInt(power + 9);
    if (nano % unit === 0n) best = `${nano / unit}${name}`;
  }
  return best;
}

function exponentForm(nano: bigint): string {
  for (const [, power] of [...DECIMAL].reverse()) {
    const unit = 10n ** BigInt(power + 9);
    if (nano % unit === 0n) return power === 0 ? `${nano / unit}` : `${nano / unit}e${power}`;
  }
  return `${nano}n`;
}

function binaryForm(nano: bigint): string {
  if (nano % 10n ** 9n !== 0n) return decimalForm(nano);
  let size = nano / 10n ** 9n;
  let unit = 0;
  while (unit < BINARY.length - 1 && size % 1024n === 0n) {
    size /= 1024n;
    unit++;
  }
  return `${size}${BINARY[unit]}`;
}
