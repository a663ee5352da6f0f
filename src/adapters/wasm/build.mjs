// Builds heavy.wasm.br and light.wasm.br from the Go sources beside them. Needs go; everything else comes from Go modules.
// Usage: npm run build:wasm [-- --check] [heavy|light]     --check: compares with what is committed instead of writing
//
// Helm's packages are copied from the module cache into an ignored folder and cut there: stock Helm brings the whole Kubernetes
// client along, which doubles the module and which rendering never calls.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MODULES = {
  heavy: { sources: join(HERE, 'go'), maxMemoryMiB: 768, prepare: cutHelm },
  light: { sources: join(HERE, 'go-light'), maxMemoryMiB: 256, prepare: shareInterface },
};

const words = process.argv.slice(2);
const check = words.includes('--check');
const asked = words.filter((word) => word !== '--check');
const unknown = asked.find((name) => !(name in MODULES));
if (unknown !== undefined) throw new Error(`there is no module ${unknown}: name ${Object.keys(MODULES).join(' or ')}, or none for all`);
for (const name of asked.length > 0 ? asked : Object.keys(MODULES)) buildModule(name);

function buildModule(name) {
  const { sources, maxMemoryMiB, prepare } = MODULES[name];
  prepare(sources);
  const out = mkdtempSync(join(tmpdir(), 'argosy-wasm-'));
  try {
    const file = join(out, `${name}.wasm`);
    execFileSync('go', ['build', '-buildmode=c-shared', '-trimpath', '-buildvcs=false', '-ldflags=-s -w -buildid=', '-o', file, '.'], {
      cwd: sources,
      encoding: 'utf8',
      env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off', GOOS: 'wasip1', GOARCH: 'wasm' },
    });
    finish(name, withMaximum(readFileSync(file), maxMemoryMiB));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function finish(name, module) {
  const sha256 = createHash('sha256').update(module).digest('hex');
  const manifest = join(HERE, 'modules.json');
  const known = JSON.parse(readFileSync(manifest, 'utf8'));
  if (check) {
    const kept = createHash('sha256')
      .update(brotliDecompressSync(readFileSync(join(HERE, `${name}.wasm.br`))))
      .digest('hex');
    if (kept !== known[name]?.sha256) {
      console.error(`argosy: ${name}.wasm.br holds ${kept}, and modules.json says ${known[name]?.sha256}`);
      process.exitCode = 1;
    } else if (kept !== sha256) {
      console.error(`argosy: ${name}.wasm built here is ${sha256}, and ${kept} is committed`);
      process.exitCode = 1;
    } else console.log(`${name}.wasm is reproduced: ${sha256}`);
    return;
  }
  const packed = brotliCompressSync(module, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } });
  writeFileSync(join(HERE, `${name}.wasm.br`), packed);
  writeFileSync(manifest, `${JSON.stringify({ ...known, [name]: { sha256, bytes: module.length } }, null, 2)}\n`);
  console.log(`${name}.wasm: ${module.length} bytes, ${packed.length} compressed, sha256 ${sha256}`);
}

/** Both modules speak to the host alike: the light one has the file of the heavy one, without that one's operations. */
function shareInterface(sources) {
  const file = join(sources, 'interface.go');
  cpSync(join(MODULES.heavy.sources, 'main.go'), file);
  change(file, [[/var operations = map\[string\]operation\{[\s\S]*?\n}\n\n/, '']]);
}

/** The packages that rendering needs, without the ways to a cluster. Every cut must find its place: a new Helm is looked at anew. */
function cutHelm(sources) {
  const version = /helm\.sh\/helm\/v3 (v\S+)/.exec(readFileSync(join(sources, 'go.mod'), 'utf8'))?.[1];
  const download = execFileSync('go', ['mod', 'download', '-json', `helm.sh/helm/v3@${version}`], { cwd: tmpdir(), encoding: 'utf8' });
  const source = JSON.parse(download).Dir;
  const target = join(sources, '.helm');
  rmSync(target, { recursive: true, force: true });
  for (const name of readFileSync(join(sources, 'helm-packages.txt'), 'utf8').split('\n').filter(Boolean)) {
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
  const versions = readFileSync(join(sources, 'helm-api-versions.txt'), 'utf8').split('\n').filter(Boolean);
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
