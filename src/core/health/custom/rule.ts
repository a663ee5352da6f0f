// Health of a custom kind as data: clauses over its conditions, a table of its phases, what is said while nothing is known.
import type { Health, HealthStatusCode } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { at, conditionsOf, health, isUnobserved, type ObjectCondition } from '../read.js';

export type Judge = (object: Manifest) => Health;

/** A condition that decides. What is left out may be anything. */
export interface Clause {
  readonly type?: string;
  readonly status?: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly reasonIsNot?: string;
  readonly is: HealthStatusCode;
  /** What is said: the condition's message by default. */
  readonly says?: 'message' | 'reason' | { readonly text: string };
}

/** The first condition, in the object's own order, that a clause is about. */
export function byConditions(clauses: readonly Clause[], waiting: Health): Judge {
  return (object) => {
    for (const condition of conditionsOf(object)) {
      const clause = clauses.find((each) => isAbout(each, condition));
      if (clause) return health(clause.is, said(clause, condition));
    }
    return waiting;
  };
}

function isAbout({ type, status, reason, reasonIsNot }: Clause, condition: ObjectCondition): boolean {
  return (
    (type === undefined || type === condition.type) &&
    (status === undefined || status === condition.status) &&
    (reason === undefined || reason === condition.reason) &&
    reasonIsNot !== condition.reason
  );
}

function said({ says = 'message' }: Clause, { message, reason }: ObjectCondition): string {
  return says === 'message' ? message : says === 'reason' ? message || reason : says.text;
}

/** Ready, or not ready and therefore degraded. */
export function ready(waiting: string, type = 'Ready'): Judge {
  return byConditions(
    [
      { type, status: 'False', is: 'Degraded' },
      { type, status: 'True', is: 'Healthy' },
    ],
    health('Progressing', waiting),
  );
}

/** What a text of the status means; '' is its absence. An unknown one is the `other`. */
export function byPhase(path: readonly string[], phases: Readonly<Record<string, Health>>, other: Health): Judge {
  return (object) => {
    const phase = at(object, ...path);
    const name = phase === undefined || phase === null ? '' : String(phase);
    return Object.hasOwn(phases, name) ? (phases[name] as Health) : other;
  };
}

/** Suspended by a switch of the spec, else as the rule says. */
export function unlessSuspended(field: string, message: (object: Manifest) => string, judge: Judge): Judge {
  return (object) => (at(object, 'spec', field) === true ? health('Suspended', message(object)) : judge(object));
}

/** Reasons of a condition that is not true yet, and need not worry anybody. */
const UNDER_WAY =
  /^(Progressing|Reconciling|Pending|Creating|InProgress|Waiting|Initializing|Provisioning|Deploying|Starting|Updating|Upgrading|Scaling)/;

export interface Convention {
  /** The condition that says that all is well. */
  readonly type?: string;
  /** Conditions that say by being true that something is wrong. */
  readonly wrong?: readonly string[];
}

/**
 * The convention that most controllers follow: the newest generation is observed, `Ready` is true, and neither `Stalled` nor
 * `Failed` is.
 */
export function conventional({ type = 'Ready', wrong = ['Stalled', 'Failed'] }: Convention = {}): Judge {
  return (object) => {
    const observes = at(object, 'status', 'observedGeneration') !== undefined;
    if (observes && isUnobserved(object)) return health('Progressing', 'Waiting for the controller to look at the newest spec');
    const conditions = conditionsOf(object);
    const failed = conditions.find((each) => wrong.includes(each.type) && each.status === 'True');
    if (failed) return health('Degraded', failed.message || failed.reason);
    const main = conditions.find((each) => each.type === type);
    const text = main ? main.message || main.reason : '';
    if (main?.status === 'True') return health('Healthy', text);
    const reconciling = conditions.some((each) => each.type === 'Reconciling' && each.status === 'True');
    if (main?.status === 'False' && !reconciling && !UNDER_WAY.test(main.reason)) return health('Degraded', text);
    return health('Progressing', text || `Waiting for ${object.kind} to be ${type === 'Ready' ? 'ready' : type}`);
  };
}
