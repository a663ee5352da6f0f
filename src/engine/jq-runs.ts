// jq programs of ignore rules, run by the core and remembered. A program that fails is skipped and said, as a rule that names nothing.
import { type JqNeed, jqId } from '../core/diff/jq-needs.js';
import { IoError, type Problem } from '../domain/problem.js';
import { jqDelete } from '../domain/scripts.js';
import { CoreFailure, type ScriptCore } from '../domain/wasm.js';

/** Answers beyond this number push out the oldest. */
const MOST = 20_000;
const AT_ONCE = 200;

export class JqRuns {
  readonly answers = new Map<string, unknown>();
  readonly #core: ScriptCore;

  constructor(core: ScriptCore) {
    this.#core = core;
  }

  /** Answers all needs; what went wrong comes back as warnings, and those objects stay as they are. */
  async answer(needs: readonly JqNeed[]): Promise<Problem[]> {
    const byExpression = new Map<string, JqNeed[]>();
    for (const need of needs) {
      const asked = byExpression.get(need.expression);
      if (asked) asked.push(need);
      else byExpression.set(need.expression, [need]);
    }
    const problems = await Promise.all([...byExpression].map(([expression, asked]) => this.#run(expression, asked)));
    for (const id of this.answers.keys()) {
      if (this.answers.size <= MOST) break;
      this.answers.delete(id);
    }
    return problems.flat();
  }

  async #run(expression: string, asked: readonly JqNeed[]): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (let at = 0; at < asked.length; at += AT_ONCE) {
      const part = asked.slice(at, at + AT_ONCE);
      const objects = part.map(({ object }) => object);
      const failed = await this.#part(expression, objects, part);
      if (failed !== undefined) problems.push(warning(expression, failed));
    }
    return problems.slice(0, 1);
  }

  async #part(
    expression: string,
    objects: readonly Readonly<Record<string, unknown>>[],
    part: readonly JqNeed[],
  ): Promise<string | undefined> {
    try {
      const { objects: after, errors } = await jqDelete(this.#core, { expressions: [expression], objects }, { fairKey: 'jq' });
      part.forEach((need, i) => {
        this.answers.set(jqId(need), after[i]);
      });
      return errors[0]?.error;
    } catch (error) {
      if (!(error instanceof CoreFailure) && !(error instanceof IoError)) throw error;
      for (const need of part) this.answers.set(jqId(need), need.object);
      return error.message;
    }
  }
}

function warning(expression: string, message: string): Problem {
  return { type: 'UnknownFieldWarning', message: `ignoreDifferences jq ${expression}: ${message}; rule ignored` };
}
