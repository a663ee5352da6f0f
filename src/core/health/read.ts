// Reading fields of objects whose status nobody has validated: what has another type than expected counts as absent.
import type { Health, HealthStatusCode } from '../../domain/application.js';
import type { Manifest } from '../../domain/resource.js';

export interface ObjectCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** The value at a path of field names, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** 0 where there is no number, as in the server's own structures. */
export function numberAt(value: unknown, ...path: readonly string[]): number {
  return maybeNumberAt(value, ...path) ?? 0;
}

export function maybeNumberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function conditionsOf(object: unknown, ...path: readonly string[]): readonly ObjectCondition[] {
  return listAt(object, ...(path.length > 0 ? path : ['status', 'conditions'])).map((condition) => {
    const observed = maybeNumberAt(condition, 'observedGeneration');
    return {
      type: textAt(condition, 'type'),
      status: textAt(condition, 'status'),
      reason: textAt(condition, 'reason'),
      message: textAt(condition, 'message'),
      ...(observed === undefined ? {} : { observedGeneration: observed }),
    };
  });
}

export function conditionOf(object: unknown, type: string): ObjectCondition | undefined {
  return conditionsOf(object).find((condition) => condition.type === type);
}

/** Whether the controller has not looked at the newest spec yet. */
export function isUnobserved(object: Manifest): boolean {
  return numberAt(object, 'metadata', 'generation') > numberAt(object, 'status', 'observedGeneration');
}

export function health(status: HealthStatusCode, message = ''): Health {
  return message === '' ? { status } : { status, message };
}
