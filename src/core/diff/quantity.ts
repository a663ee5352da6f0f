// Kubernetes quantities: '1000m' is 1, '1Gi' is 1073741824. Compared exactly, without floating point.

const SUFFIXES: Readonly<Record<string, readonly [base: bigint, exponent: number]>> = {
  n: [10n, -9],
  u: [10n, -6],
  m: [10n, -3],
  '': [10n, 0],
  k: [10n, 3],
  M: [10n, 6],
  G: [10n, 9],
  T: [10n, 12],
  P: [10n, 15],
  E: [10n, 18],
  Ki: [2n, 10],
  Mi: [2n, 20],
  Gi: [2n, 30],
  Ti: [2n, 40],
  Pi: [2n, 50],
  Ei: [2n, 60],
};
const MAX_EXPONENT = 40;
const MAX_LENGTH = 64;

interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** Whether two quantities are the same amount; false where one is no quantity. */
export function sameQuantity(a: unknown, b: unknown): boolean {
  const left = parse(a);
  const right = left && parse(b);
  return left !== undefined && right !== undefined && left.over * right.under === right.over * left.under;
}

function parse(value: unknown): Fraction | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  if (text.length > MAX_LENGTH) return undefined;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', part = '', exponent, suffix = ''] = match;
  if (whole === '' && part === '') return undefined;
  const [base, power] = exponent === undefined ? (SUFFIXES[suffix] ?? [10n, 0]) : [10n, Number(exponent)];
  if (Math.abs(power) > MAX_EXPONENT && base === 10n) return undefined;
  const digits = BigInt(`${whole}${part}`) * (sign === '-' ? -1n : 1n);
  const under = 10n ** BigInt(part.length);
  return power >= 0 ? { over: digits * base ** BigInt(power), under } : { over: digits, under: under * base ** BigInt(-power) };
}
