// Overlays that other people wrote: what the core builds is what `kubectl kustomize` prints.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../src/adapters/wasm/core.js';

const CORPUS = new URL('../../../shared/corpus', import.meta.url).pathname;
const core = createScriptCore({ workers: 1 });
afterAll(() => core.close());

function missing(): string | undefined {
  if (!existsSync(CORPUS)) return 'there is no corpus beside this repository';
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no kubectl';
  }
}

const skip = missing();
const files =
  skip === undefined
    ? readdirSync(CORPUS, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(CORPUS, path)).isFile())
    : [];
const overlays = files
  .filter((path) => /(^|\/)(kustomization\.ya?ml|Kustomization)$/.test(path) && !path.startsWith('charts/'))
  .map((path) => dirname(path));

if (skip !== undefined) console.log(`skipped: Kustomize is not compared: ${skip}`);

describe.runIf(skip === undefined)('kustomize', () => {
  it.each(overlays)('%s', async (overlay) => {
    const [top = '', second = ''] = overlay.split('/');
    // The example applications are one repository; of the overlays each folder is one.
    const repository = top === 'kustomize' ? join(top, second) : top;
    const filesB64 = Object.fromEntries(
      files
        .filter((path) => path.startsWith(`${repository}/`))
        .map((path) => [relative(repository, path), readFileSync(join(CORPUS, path)).toString('base64')]),
    );
    const ours = core.call<string>({ operation: 'kustomize', input: { filesB64, dir: relative(repository, overlay) }, deadlineMs: 60_000 });
    const native = nativeBuild(join(CORPUS, overlay));
    if (native === undefined) await expect(ours).rejects.toThrow();
    else expect(await ours).toBe(native);
  });
});

/** undefined: kubectl refuses it too. */
function nativeBuild(directory: string): string | undefined {
  try {
    return execFileSync('kubectl', ['kustomize', directory], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 << 20,
    });
  } catch {
    return undefined;
  }
}
