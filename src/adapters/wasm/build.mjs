// Builds heavy.wasm.br from the Go sources beside it. Needs go; everything else comes from Go modules.
// Usage: npm run build:wasm [-- --check]     --check: compares with what is committed instead of writing
//
// Helm's packages are copied from the module cache into an ignored folder and cut there: stock Helm brings the whole Kubernetes
// client along, which doubles the module and which rendering never calls.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GO = join(HERE, 'go');
const MAX_MEMORY_MIB = 768;

const go = (args, env = {}) =>
  execFileSync('go', args, { cwd: GO, encoding: 'utf8', env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off', ...env } });

const version = /helm\.sh\/helm\/v3 (v\S+)/.exec(readFileSync(join(GO, 'go.mod'), 'utf8'))?.[1];
cutHelm(
  JSON.parse(execFileSync('go', ['mod', 'download', '-json', `helm.sh/helm/v3@${version}`], { cwd: tmpdir(), encoding: 'utf8' })).Dir,
);

const out = mkdtempSync(join(tmpdir(), 'argosy-wasm-'));
try {
  const file = join(out, 'heavy.wasm');
  go(['build', '-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', '-o', file, '.'], {
    GOOS: 'wasip1',
    GOARCH: 'wasm',
  });
  finish(withMaximum(readFileSync(file), MAX_MEMORY_MIB));
} finally {
  rmSync(out, { recursive: true, force: true });
}

function finish(module) {
  const sha256 = createHash('sha256').update(module).digest('hex');
  const manifest = join(HERE, 'modules.json');
  if (process.argv.includes('--check')) {
    const known = JSON.parse(readFileSync(manifest, 'utf8')).heavy.sha256;
    if (known !== sha256) {
      console.error(`argosy: heavy.wasm built here is ${sha256}, and ${known} is committed`);
      process.exitCode = 1;
    } else console.log(`heavy.wasm is reproduced: ${sha256}`);
    return;
  }
  const packed = brotliCompressSync(module, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  writeFileSync(join(HERE, 'heavy.wasm.br'), packed);
  writeFileSync(manifest, `${JSON.stringify({ heavy: { sha256, bytes: module.length } }, null, 2)}\n`);
  console.log(`heavy.wasm: ${module.length} bytes, ${packed.length} compressed, sha256 ${sha256}`);
}

/** The packages that rendering needs, without the ways to a cluster. Every cut must find its place: a new Helm is looked at anew. */
function cutHelm(source) {
  const target = join(GO, '.helm');
  rmSync(target, { recursive: true, force: true });
  for (const name of readFileSync(join(GO, 'helm-packages.txt'), 'utf8').split('\n').filter(Boolean)) {
    mkdirSync(join(target, name), { recursive: true });
    for (const file of readdirSync(join(source, name)))
      if (file.endsWith('.go') && !file.endsWith('_test.go')) cpSync(join(source, name, file), join(target, name, file));
  }
  writeFileSync(join(target, 'go.mod'), 'module helm.sh/helm/v3\n\ngo 1.25.0\n');
  rmSync(join(target, 'pkg/engine/lookup_func.go'));
  change(join(target, 'pkg/engine/engine.go'), [
    [/\t"k8s\.io\/client-go\/rest"\n/, ''],
    [/\/\/ New creates a new instance of Engine using[\s\S]*?\n}\n/, ''],
    [/\/\/ RenderWithClient takes[\s\S]*?\n}\n/, ''],
    [/\/\/ RenderWithClientProvider takes[\s\S]*?\n}\n/, ''],
    [/\t\/\/ optional provider of clients to talk to the Kubernetes API\n\tclientProvider \*ClientProvider\n/, ''],
    [/\tif !e\.LintMode && e\.clientProvider != nil \{\n[\s\S]*?\n\t\}\n/, ''],
  ]);
  const versions = readFileSync(join(GO, 'helm-api-versions.txt'), 'utf8').split('\n').filter(Boolean);
  change(join(target, 'pkg/chartutil/capabilities.go'), [
    [/\t"k8s\.io\/client-go\/kubernetes\/scheme"\n\n/, ''],
    [/\tapiext.*\n/g, ''],
    [
      /func allKnownVersions\(\) VersionSet \{[\s\S]*?\n}\n/,
      `func allKnownVersions() VersionSet {\n\treturn VersionSet{\n${versions.map((each) => `\t\t"${each}",\n`).join('')}\t}\n}\n`,
    ],
  ]);
}

function change(file, replacements) {
  let text = readFileSync(file, 'utf8');
  for (const [pattern, replacement] of replacements) {
    const changed = text.replace(pattern, () => replacement);
    if (changed === text)
      throw new Error(`${file}: nothing matches ${pattern}; this Helm differs from the one that the cuts were made for`);
    text = changed;
  }
  writeFileSync(file, text);
}

/** Go's linker sets no limit for the module's memory: a chart that eats everything must end at one. */
function withMaximum(module, mebibytes) {
  let at = 8;
  while (at < module.length) {
    const [size, body] = readLeb(module, at + 1);
    if (module[at] === 5) {
      const [minimum] = readLeb(module, body + 2);
      const section = Buffer.from([1, 1, ...leb(minimum), ...leb(mebibytes * 16)]);
      return Buffer.concat([module.subarray(0, at), Buffer.from([5, ...leb(section.length)]), section, module.subarray(body + size)]);
    }
    at = body + size;
  }
  throw new Error('the module has no memory section');
}

function readLeb(bytes, start) {
  let value = 0;
  for (let at = start, shift = 0; ; at++, shift += 7) {
    value += (bytes[at] & 127) * 2 ** shift;
    if (bytes[at] < 128) return [value, at + 1];
  }
}

function leb(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest > 127 ? (rest % 128) + 128 : rest);
    if (rest < 128) return bytes;
  }
}
