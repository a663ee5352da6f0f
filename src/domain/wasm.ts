// The seam to the WebAssembly core: libraries that Argo CD itself renders with, without files, network or environment.

export interface CoreCall {
  /** 'helm', 'kustomize' or 'jsonnet'. */
  readonly operation: string;
  readonly input: object;
  /** After this long the worker is ended, whatever it does. */
  readonly deadlineMs: number;
  /** Whose turn it is: calls of one key wait behind each other, keys take turns. */
  readonly fairKey?: string;
  readonly signal?: AbortSignal | undefined;
}

export interface ScriptCore {
  /** The operation's answer. Throws CoreFailure. */
  call<T>(call: CoreCall): Promise<T>;
  /** SHA-256 of the module, for the keys of caches. */
  readonly hash: string;
  close(): Promise<void>;
}

/** 'failed': the operation's own text; 'deadline', 'crashed': its worker was lost; 'busy': too many wait. */
export type CoreFailureReason = 'failed' | 'deadline' | 'crashed' | 'busy' | 'closed';

export class CoreFailure extends Error {
  readonly reason: CoreFailureReason;

  constructor(reason: CoreFailureReason, message: string) {
    super(message);
    this.name = 'CoreFailure';
    this.reason = reason;
  }
}
