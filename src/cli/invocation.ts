// A parsed command line: which command, with which arguments and flags, in which world.
import type { GlobalFlags } from '../config.js';
import { UserError } from '../domain/problem.js';

export type FlagValue = string | number | boolean | readonly string[];

export class Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly globals: GlobalFlags;
  readonly #flags: ReadonlyMap<string, FlagValue>;

  constructor(command: string, args: readonly string[], flags: ReadonlyMap<string, FlagValue>, globals: GlobalFlags) {
    this.command = command;
    this.args = args;
    this.#flags = flags;
    this.globals = globals;
  }

  /** The nth argument of a command that requires it. */
  arg(index: number): string {
    const value = this.args[index];
    if (value === undefined) throw new Error(`argument ${index} of ${this.command} is not there`);
    return value;
  }

  text(flag: string): string | undefined {
    const value = this.#flags.get(flag);
    return typeof value === 'string' ? value : undefined;
  }

  /** A boolean flag; false where it was not given and has no default. */
  on(flag: string): boolean {
    return this.#flags.get(flag) === true;
  }

  /** A boolean flag as it was given; undefined where it was not. */
  given(flag: string): boolean | undefined {
    const value = this.#flags.get(flag);
    return typeof value === 'boolean' ? value : undefined;
  }

  number(flag: string): number | undefined {
    const value = this.#flags.get(flag);
    return typeof value === 'number' ? value : undefined;
  }

  list(flag: string): readonly string[] {
    const value = this.#flags.get(flag);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** The values of a list of NAME=VALUE. */
  pairs(flag: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.list(flag).map((text) => {
        const at = text.indexOf('=');
        if (at <= 0) throw new UserError(`cannot use --${flag} ${text}: write it as NAME=VALUE`);
        return [text.slice(0, at), text.slice(at + 1)] as const;
      }),
    );
  }

  output(): string {
    return this.text('output') ?? 'table';
  }
}
