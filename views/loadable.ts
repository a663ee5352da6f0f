// Something that the engine was asked for. What was known before stays visible while the answer is on its way.

export interface Loadable<T> {
  readonly value?: T;
  /** The question under way; an answer with another number is late and is dropped. */
  readonly serial: number;
  readonly loading: boolean;
  readonly sinceMs: number;
  readonly error?: string;
  /** What it is about has changed since it was asked for. */
  readonly outdated?: boolean;
}

export const NOTHING: Loadable<never> = { serial: 0, loading: false, sinceMs: 0 };

export function asked<T>(before: Loadable<T>, serial: number, nowMs: number): Loadable<T> {
  const { error: _, outdated: __, ...kept } = before;
  return { ...kept, serial, loading: true, sinceMs: nowMs };
}

export function answered<T>(before: Loadable<T>, value: T, nowMs: number): Loadable<T> {
  return { value, serial: before.serial, loading: false, sinceMs: nowMs, ...(before.outdated ? { outdated: true } : {}) };
}

export function failed<T>(before: Loadable<T>, error: string, nowMs: number): Loadable<T> {
  return { ...before, loading: false, sinceMs: nowMs, error };
}
