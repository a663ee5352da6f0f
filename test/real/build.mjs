// Builds etcd, kube-apiserver and kube-controller-manager from Go modules, once, into a cache outside the tree.
// Usage: node test/real/build.mjs            prints the folder that holds the three binaries, or why there is none.
// KUBEBUILDER_ASSETS, when set, names a folder that already holds them (the convention of envtest).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const KUBERNETES = 'v1.36.3';
const ETCD = 'v3.7.3';
const BINARIES = ['etcd', 'kube-apiserver', 'kube-controller-manager'];

/** The folder that holds the three binaries; builds what is missing. Returns { dir } or { skip: why }. */
export function realBinaries() {
  const ready = process.env.KUBEBUILDER_ASSETS;
  if (ready && BINARIES.every((name) => existsSync(join(ready, name)))) return { dir: ready };
  const dir = join(cacheRoot(), `kubernetes-${KUBERNETES}-etcd-${ETCD}`);
  if (BINARIES.every((name) => existsSync(join(dir, name)))) return { dir };
  const version = spawnSync('go', ['version'], { encoding: 'utf8' });
  if (version.status !== 0) return { skip: 'go is not installed, so no kube-apiserver can be built' };
  const minor = Number(/go1\.(\d+)/.exec(version.stdout)?.[1] ?? 0);
  if (minor < 26) return { skip: `building Kubernetes ${KUBERNETES} needs Go 1.26, here is ${version.stdout.trim()}` };
  mkdirSync(dir, { recursive: true });
  try {
    if (!existsSync(join(dir, 'etcd'))) buildEtcd(dir);
    buildKubernetes(dir);
    return { dir };
  } catch (error) {
    return { skip: `the Go modules of Kubernetes could not be built: ${error.message}` };
  }
}

function cacheRoot() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'argosy', 'real');
}

function buildEtcd(dir) {
  inModule(
    dir,
    'src-etcd',
    {
      'go.mod': `module etcdbuild\n\ngo 1.26\n\nrequire go.etcd.io/etcd/server/v3 ${ETCD}\n`,
      'tools.go': '//go:build tools\n\npackage tools\n\nimport _ "go.etcd.io/etcd/server/v3"\n',
    },
    (work) => goBuild(work, '-s -w', join(dir, 'etcd'), 'go.etcd.io/etcd/server/v3'),
  );
}

function buildKubernetes(dir) {
  const module = JSON.parse(go(dir, ['mod', 'download', '-json', `k8s.io/kubernetes@${KUBERNETES}`]));
  const staging = readFileSync(module.GoMod, 'utf8')
    .split('\n')
    .map((line) => /^\s*(k8s\.io\/\S+) v0\.0\.0$/.exec(line)?.[1])
    .filter((name) => name !== undefined);
  const stagingVersion = KUBERNETES.replace('v1.', 'v0.');
  const replaces = [...new Set(staging)].map((name) => `replace ${name} => ${name} ${stagingVersion}`).join('\n');
  const [major, minor] = KUBERNETES.slice(1).split('.');
  const version = 'k8s.io/component-base/version';
  const flags = `-s -w -X ${version}.gitVersion=${KUBERNETES} -X ${version}.gitMajor=${major} -X ${version}.gitMinor=${minor}`;
  inModule(
    dir,
    'src-kubernetes',
    {
      'go.mod': `module kubebuild\n\ngo 1.26\n\nrequire k8s.io/kubernetes ${KUBERNETES}\n\n${replaces}\n`,
      'tools.go':
        '//go:build tools\n\npackage tools\n\nimport (\n\t_ "k8s.io/kubernetes/cmd/kube-apiserver"\n\t_ "k8s.io/kubernetes/cmd/kube-controller-manager"\n)\n',
    },
    (work) => {
      for (const name of ['kube-apiserver', 'kube-controller-manager']) {
        if (!existsSync(join(dir, name))) goBuild(work, flags, join(dir, name), `k8s.io/kubernetes/cmd/${name}`);
      }
    },
  );
}

function inModule(dir, name, files, build) {
  const work = join(dir, name);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(work, file), text);
  go(work, ['mod', 'tidy']);
  build(work);
  rmSync(work, { recursive: true, force: true });
}

/** Builds beside the final name and renames, so that a build cut short never looks finished. */
function goBuild(work, ldflags, output, pkg) {
  go(work, ['build', '-trimpath', `-ldflags=${ldflags}`, '-o', `${output}.part`, pkg]);
  renameSync(`${output}.part`, output);
}

function go(cwd, args) {
  process.stderr.write(`go ${args[0]} ${args.at(-1)}\n`);
  const run = spawnSync('go', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' },
  });
  if (run.status !== 0)
    throw new Error(`go ${args.join(' ')}: ${(run.stderr || String(run.error)).trim().split('\n').slice(-3).join(' | ')}`);
  return run.stdout;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = realBinaries();
  console.log(found.dir ?? `skipped: ${found.skip}`);
}
