// Real kubectl against a sandbox that is served over HTTPS: what people type, what they see, what is left behind.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Place, PROGRAM, place } from '../support/program.js';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const present = hasKubectl();
if (!present) console.log('skipped: kubectl is not there');

function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let here: Place;
let serving: ChildProcess;

function kubectl(command: string, input = ''): Promise<Said> {
  const env = { ...here.env, KUBECONFIG: join(here.dir, 'kubeconfig') };
  return new Promise((resolve) => {
    // Words are cut at blanks; a blank inside a word is written as '~'.
    const args = command.split(' ').map((word) => word.replaceAll('~', ' '));
    const child = execFile('kubectl', args, { env, cwd: here.dir, timeout: 40_000 }, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
      resolve({ code, out, err });
    });
    child.stdin?.end(input);
  });
}

/** Runs one after the other; each has to succeed. Returns what the last one printed. */
async function all(...commands: readonly string[]): Promise<string> {
  let last = '';
  for (const command of commands) {
    const { code, out, err } = await kubectl(command);
    expect(code, `kubectl ${command}\n${out}${err}`).toBe(0);
    last = out;
  }
  return last;
}

describe.runIf(present)('kubectl', () => {
  beforeAll(async () => {
    here = place();
    const kubeconfig = join(here.dir, 'kubeconfig');
    serving = spawn(process.execPath, [PROGRAM, 'sandbox', 'serve', 'one', '--kubeconfig', kubeconfig], {
      env: here.env,
      cwd: here.dir,
      stdio: 'ignore',
    });
    await vi.waitUntil(() => existsSync(kubeconfig) && readFileSync(kubeconfig, 'utf8').includes('server'), { timeout: 30_000 });
  }, 60_000);

  afterAll(() => {
    serving?.kill('SIGKILL');
    here?.remove();
  });

  it('creates (which sends protobuf), rolls out, rolls back, scales and deletes a Deployment', async () => {
    await all('create ns web', 'create deployment web --image=nginx --replicas=2 -n web');
    expect(await all('-n web rollout status deploy/web --timeout=30s')).toContain('successfully rolled out');
    expect(await all('-n web get deploy,rs,po')).toMatch(/deployment.apps\/web +2\/2 +2 +2/);
    await all('-n web set image deploy/web nginx=nginx:2', '-n web rollout status deploy/web --timeout=30s');
    expect(await all('-n web rollout history deploy/web')).toMatch(/1 +<none>\n2 +<none>/);
    await all(
      '-n web rollout undo deploy/web',
      '-n web rollout restart deploy/web',
      '-n web rollout pause deploy/web',
      '-n web rollout resume deploy/web',
    );
    expect(await all('-n web get deploy web -o jsonpath={.spec.template.spec.containers[0].image}')).toBe('nginx');
    await all('-n web scale deploy web --replicas=3', '-n web wait --for=jsonpath={.status.readyReplicas}=3 deploy/web --timeout=30s');
    expect(await all('-n web describe deploy web')).toMatch(/Replicas: +3 desired[\s\S]*Events:/);
    await all('-n web delete deploy web --cascade=foreground --timeout=30s');
    expect((await kubectl('-n web get po,rs -o name')).out).toBe('');
  }, 90_000);

  it('makes every kind that `create` knows, and lists them in every form', async () => {
    await all('create ns kinds');
    const n = '-n kinds';
    await all(
      `${n} create configmap cm --from-literal=a=b`,
      `${n} create secret generic s --from-literal=p=q`,
      `${n} create secret docker-registry d --docker-server=x --docker-username=u --docker-password=p`,
      `${n} create job j --image=busybox -- true`,
      `${n} create cronjob cj --image=busybox --schedule=*/5~*~*~*~* -- true`,
      `${n} create ingress i --rule=a.example.com/*=web:80`,
      `${n} create quota q --hard=configmaps=3`,
      `${n} create role r --verb=get --resource=pods`,
      `${n} create rolebinding rb --role=r --serviceaccount=kinds:default`,
      `${n} create sa bot`,
      `${n} create pdb pdb --selector=app=web --min-available=1`,
      `${n} wait --for=condition=complete job/j --timeout=30s`,
    );
    expect(await all(`${n} get cm -o name`)).toContain('configmap/cm');
    expect(JSON.parse(await all(`${n} get cm cm -o json`)).data).toEqual({ a: 'b' });
    expect(await all(`${n} get cm --field-selector=metadata.name=cm -o custom-columns=N:.metadata.name --no-headers`)).toBe('cm\n');
    expect(await all(`${n} get cm --chunk-size=1`)).toMatch(/^NAME +DATA +AGE\n/);
    expect(await all('api-resources --namespaced=false -o name')).toContain('namespaces');
    expect(await all('explain deploy.spec.strategy')).toContain('DeploymentStrategy');
    expect(await all('auth can-i get pods')).toBe('yes\n');
  }, 90_000);

  it('applies from both sides, with conflicts told and taken over, and shows differences', async () => {
    await all('create ns apply');
    const map = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: apply}\ndata: {k: ${value}}\n`;
    expect((await kubectl('apply --server-side -f -', map('one'))).out).toBe('configmap/m serverside-applied\n');
    const other = await kubectl('apply --server-side --field-manager=other -f -', map('two'));
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('conflict with "kubectl": .data.k') });
    expect((await kubectl('apply --server-side --field-manager=other --force-conflicts -f -', map('two'))).code).toBe(0);
    expect((await kubectl('diff -f -', map('three'))).code).toBe(1);
    expect((await kubectl('apply -f -', map('three'))).out).toContain('configured');
    expect((await kubectl('diff -f -', map('three'))).code).toBe(0);
    expect((await kubectl('apply -f -', map('three'))).out).toBe('configmap/m unchanged\n');
    await all(
      '-n apply label cm m a=b',
      '-n apply annotate cm m c=d',
      '-n apply patch cm m --type=json -p [{"op":"add","path":"/data/x","value":"y"}]',
    );
    expect(await all('-n apply get cm -l a=b -o jsonpath={.items[0].data.x}')).toBe('y');
    const unknown = await kubectl('apply -f -', `${map('four')}bogus: 1\n`);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining('strict decoding error: unknown field "bogus"') });
  }, 60_000);

  it('keeps to quotas, and says what is used', async () => {
    await all('create ns quota', '-n quota create quota q --hard=pods=2,requests.cpu=1');
    const pod = (name: string, cpu: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: quota}\nspec: {containers: [{name: c, image: x${cpu === '' ? '' : `, resources: {requests: {cpu: ${cpu}}}`}}]}\n`;
    expect((await kubectl('apply -f -', pod('one', '600m'))).code).toBe(0);
    expect((await kubectl('apply -f -', pod('two', '600m'))).err).toContain(
      'exceeded quota: q, requested: requests.cpu=600m, used: requests.cpu=600m, limited: requests.cpu=1',
    );
    expect((await kubectl('apply -f -', pod('silent', ''))).err).toContain('failed quota: q: must specify requests.cpu for: c');
    expect(await all('-n quota describe quota q')).toMatch(/pods +1 +2\nrequests.cpu +600m +1/);
    await all('-n quota delete pod one --now', '-n quota wait --for=jsonpath={.status.used.pods}=0 quota/q --timeout=20s');
  }, 60_000);

  it('defines kinds, holds them to their schema, and takes a definition back when its objects are gone', async () => {
    const crd = (type: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gears.example.com}
spec:
  group: example.com
  names: {kind: Gear, plural: gears, singular: gear}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [size], properties: {size: {type: ${type}, maximum: 9}, color: {type: string, default: red}}}}}}
`;
    expect((await kubectl('apply -f -', crd('integr'))).err).toContain('Unsupported value: "integr"');
    expect((await kubectl('apply -f -', crd('integer'))).code).toBe(0);
    await all('wait --for=condition=Established crd/gears.example.com --timeout=20s');
    const gear = (size: string) =>
      `apiVersion: example.com/v1\nkind: Gear\nmetadata: {name: g, finalizers: [example.com/hold]}\nspec: {${size}}\n`;
    expect((await kubectl('apply -f -', gear('size: 10'))).err).toContain('should be less than or equal to 9');
    expect((await kubectl('apply -f -', gear(''))).err).toContain('spec.size: Required value');
    expect((await kubectl('apply -f -', gear('size: 3'))).code).toBe(0);
    expect(await all('get gears')).toMatch(/NAME +SIZE\ng +3/);
    expect(await all('get gear g -o jsonpath={.spec.color}')).toBe('red');
    await all('delete crd gears.example.com --wait=false');
    expect(await all('get gear g -o jsonpath={.metadata.name}')).toBe('g');
    await all('patch gear g --type=merge -p {"metadata":{"finalizers":null}}', 'wait --for=delete crd/gears.example.com --timeout=20s');
  }, 60_000);

  it('drains a node, and watches', async () => {
    await all(
      'create ns drain',
      'create deployment d --image=nginx --replicas=2 -n drain',
      '-n drain rollout status deploy/d --timeout=30s',
    );
    expect(await all('drain sandbox --ignore-daemonsets --force --delete-emptydir-data --timeout=30s')).toContain('evicted');
    await all('uncordon sandbox');
    const watching = kubectl('-n drain get cm --watch-only --output-watch-events --request-timeout=4s');
    // The first may be over before the watch has begun.
    for (let i = 0; i < 8; i++) await all(`-n drain create cm seen${i}`, `-n drain delete cm seen${i}`);
    expect((await watching).out).toMatch(/ADDED +(seen\d) [\s\S]*DELETED +\1 /);
  }, 90_000);

  it('says what is wrong in kubectl’s own words', async () => {
    expect((await kubectl('get nosuch')).err).toContain(`the server doesn't have a resource type "nosuch"`);
    expect((await kubectl('get pod nosuch')).err).toBe('Error from server (NotFound): pods "nosuch" not found\n');
    expect((await kubectl('logs nosuch')).code).toBe(1);
    expect((await kubectl('apply -f -', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: BAD_Name}\n')).err).toContain(
      'a lowercase RFC 1123 subdomain',
    );
  }, 30_000);
});
