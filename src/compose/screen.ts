// The full-screen program.
import type { Config } from '../config.js';

export async function screen(_config: Config, _options: { readonly demo?: boolean } = {}): Promise<number> {
  throw new Error('no screen');
}
