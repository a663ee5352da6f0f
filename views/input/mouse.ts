// Mouse reports: SGR (CSI < button ; column ; row M or m) and the old three characters.
import type { InputEvent, MouseEvent } from './input-event.js';

export function sgrMouse(parameters: string, released: boolean): InputEvent | undefined {
  const [code = -1, column = 0, row = 0] = parameters.split(';').map(Number);
  if (!Number.isInteger(code) || code < 0 || !(column >= 1) || !(row >= 1)) return undefined;
  return report(code, { x: column - 1, y: row - 1 }, released);
}

export function legacyMouse(three: string): InputEvent | undefined {
  const [code = 0, column = 0, row = 0] = [...three].map((char) => char.charCodeAt(0) - 32);
  if (code < 0 || column < 1 || row < 1) return undefined;
  return report(code, { x: column - 1, y: row - 1 }, (code & 3) === 3 && code < 64);
}

function report(code: number, at: { readonly x: number; readonly y: number }, released: boolean): MouseEvent | undefined {
  if (code >= 128) return undefined;
  if (code & 64) return { kind: 'mouse', action: code & 1 ? 'wheel-down' : 'wheel-up', button: -1, ...at };
  const button = (code & 3) === 3 ? -1 : code & 3;
  if (code & 32) return button < 0 ? undefined : { kind: 'mouse', action: 'drag', button, ...at };
  return { kind: 'mouse', action: released ? 'release' : 'press', button, ...at };
}
