// Go durations, as Argo CD's settings and Kubernetes fields write them: '1h30m', '500ms', '1.5h', '-2m'.

const UNIT_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a Go duration, or undefined where Go's time.ParseDuration refuses the text. */
export function parseGoDuration(text: string): number | undefined {
  const signed = /^([+-]?)(.*)$/s.exec(text);
  const rest = signed?.[2] ?? '';
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let ms = 0;
  for (const part of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) ms += Number(part[1]) * (UNIT_MS[part[2] ?? ''] ?? 0);
  return signed?.[1] === '-' ? -ms : ms;
}

/** As above, where a bare number counts as seconds (retry backoff, behaviour 2.3). */
export function parseDurationOrSeconds(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
}

/** A short age for people: 12s, 4m, 3h, 2d. */
export function shortAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
