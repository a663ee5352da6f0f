// The seam to the WebAssembly core: libraries that Argo CD itself renders with, without files, network or environment.

export interface CoreCall {
  /** 'helm', 'kustomize' or 'jsonnet'; those of the light module are in scripts.ts, with types. */
  readonly operation: string;
  readonly input: object;
  /** After this long the worker is ended, whatever it does. */
  readonly deadlineMs: number;
  /** Whose turn it is: calls of one key wait behind each other, keys take turns. */
  readonly fairKey?: string;
}

export interface ScriptCore {
  /** The operation's answer. Throws CoreFailure for what the operation did, IoError where it was not begun. */
  call<T>(call: CoreCall): Promise<T>;
  close(): Promise<void>;
}

/** 'failed': the operation's own text; 'deadline', 'crashed': its worker was lost. */
export type CoreFailureReason = 'failed' | 'deadline' | 'crashed';

export class CoreFailure extends Error {
  readonly reason: CoreFailureReason;

  constructor(reason: CoreFailureReason, message: string) {
    super(message);
    this.name = 'CoreFailure';
    this.reason = reason;
  }
}
