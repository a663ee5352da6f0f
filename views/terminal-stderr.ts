// While the screen is up, what is written to standard error would land in the middle of it: it is held back until the end.

const MOST = 64 * 1024;

export interface HeldBack {
  hold(): void;
  /** Writes what was held back. */
  release(): void;
}

export function heldBack(stream: NodeJS.WriteStream = process.stderr): HeldBack {
  let original: typeof stream.write | undefined;
  let kept = '';
  return {
    hold() {
      if (original || !stream.isTTY) return;
      original = stream.write.bind(stream) as typeof stream.write;
      stream.write = ((chunk: string | Uint8Array) => {
        kept = (kept + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).slice(-MOST);
        return true;
      }) as typeof stream.write;
    },
    release() {
      if (!original) return;
      stream.write = original;
      original = undefined;
      if (kept !== '') stream.write(kept);
      kept = '';
    },
  };
}
