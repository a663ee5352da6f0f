// One line of JSON per figure; run.mjs makes the table.

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Against the floor that was measured in the same run. */
  readonly ratio?: number;
  readonly goal?: string;
  readonly met?: boolean;
}

export function report(figure: Figure): void {
  const rounded = {
    ...figure,
    value: Math.round(figure.value * 100) / 100,
    ...(figure.ratio === undefined ? {} : { ratio: Math.round(figure.ratio * 1000) / 1000 }),
  };
  process.stdout.write(`${JSON.stringify(rounded)}\n`);
}

/** The q-quantile (0..1) of the samples, by rank. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

export function rssMb(): number {
  return process.memoryUsage().rss / 2 ** 20;
}
