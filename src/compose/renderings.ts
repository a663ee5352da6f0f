// Renderings that outlive the process: in a file of the data folder that may be deleted at any time.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRenderStore } from '../../store/renderings.js';
import type { Config } from '../config.js';
import type { Clock } from '../domain/ports.js';
import { VERSION } from './version.js';

export function openRenderings({ data }: Config, clock: Clock): ReturnType<typeof openRenderStore> {
  // Another build may render otherwise, also under the same version.
  const { mtimeMs, size } = statSync(fileURLToPath(import.meta.url));
  return openRenderStore(join(data, 'renderings.sqlite'), { generation: `${VERSION} ${mtimeMs} ${size}`, now: () => clock.now() });
}
