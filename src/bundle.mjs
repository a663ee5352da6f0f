// Bundles the program: one entry per process or thread, shared chunks, nothing heavy loaded before it is needed.
import { chmodSync, copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Native modules, and libraries that look for their own files at run time. */
const EXTERNAL = [
  'better-sqlite3',
  'blessed',
  'blessed-contrib',
  '@kubernetes/client-node',
  'undici',
  'simple-git',
  'node-pty',
  '@xterm/headless',
];

export async function bundle(root) {
  const entries = { argosy: 'src/main.ts', 'engine-worker': 'src/engine-worker.ts' };
  await bundleFiles(root, Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file)))), 'dist');
  copyFileSync(join(root, 'src', 'config', 'argosy.example.yaml'), join(root, 'dist', 'argosy.example.yaml'));
  mkdirSync(join(root, 'dist', 'wasm'), { recursive: true });
  for (const name of ['worker.mjs', 'host.mjs', 'heavy.wasm.br', 'light.wasm.br'])
    copyFileSync(join(root, 'src', 'adapters', 'wasm', name), join(root, 'dist', 'wasm', name));
  chmodSync(join(root, 'dist', 'argosy.js'), 0o755);
}

/** `entries`: output name -> source file. */
export async function bundleFiles(root, entries, outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL.flatMap((name) => [name, `${name}/*`]),
    loader: { '.yaml': 'text', '.txt': 'text' },
    banner: { js: "import { createRequire as argosyRequire } from 'node:module';\nconst require = argosyRequire(import.meta.url);" },
    sourcemap: 'linked',
    logLevel: 'error',
  });
}
