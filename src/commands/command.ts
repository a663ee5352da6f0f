// A command is data: the same entry makes the key, the palette line, the footer, the help screen, the words and flags of the
// command line, and the README's table. What a command needs to work on is its scope; what it wants to happen is an Intent.
import type { Intent } from '../domain/events.js';
import type { AppRow, ClusterKey, ClusterRow, ResourceNode } from '../domain/fleet.js';
import type { OperationSummary } from '../domain/operation.js';

/** What must be under the cursor (or on the page) for the command to make sense. */
export type Scope = 'global' | 'list' | 'app' | 'resource' | 'operation' | 'cluster' | 'dialog' | 'diff';

/** What the cursor is on. Several are set at once: a resource belongs to an app, an app to a cluster. */
export interface Target {
  readonly app?: AppRow | undefined;
  readonly cluster?: ClusterRow | undefined;
  readonly node?: ResourceNode | undefined;
  readonly operation?: OperationSummary | undefined;
}

export interface CommandContext {
  /** Who asks: goes into history. */
  readonly actor: string;
  clusterOf(key: ClusterKey): ClusterRow | undefined;
}

export type FlagType = 'boolean' | 'string' | 'integer' | 'duration' | 'list';

export interface Flag {
  /** Long name without the dashes. */
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  /** What the help calls the value: FILE, URL ... */
  readonly value?: string;
  /** The only values that are taken. */
  readonly values?: readonly string[];
  readonly default?: string | number | boolean;
  readonly description: string;
}

export interface Argument {
  readonly name: string;
  readonly required: boolean;
  /** Takes all that follow; only the last argument may. */
  readonly many?: boolean;
  readonly description: string;
}

export interface CliForm {
  /** ['app', 'sync'] */
  readonly words: readonly string[];
  readonly args: readonly Argument[];
  readonly flags: readonly Flag[];
  /** Exit codes beyond 0, 1 and 2 in their usual meaning, and lines that a user would type. */
  readonly examples?: readonly string[];
  readonly exits?: string;
}

export interface Command {
  /** 'app.sync' */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  readonly scope: Scope;
  /** See keys.ts for the spelling. A key belongs to one command only, whatever the scope. */
  readonly keys?: readonly string[];
  readonly palette: boolean;
  /** Word for the footer; a command without one is not shown there. */
  readonly hint?: string;
  /** It asks in a dialog before anything happens: everything that writes does. */
  readonly dialog?: boolean;
  readonly cli?: CliForm;
  /** Why it cannot be done here and now, in one sentence that also says what would make it possible. Cheap. */
  refuse?(target: Target, context: CommandContext): string | undefined;
  /** What it asks the engine for, where that follows from the target alone; undefined where the target is missing. */
  intent?(target: Target, context: CommandContext): Intent | undefined;
}
