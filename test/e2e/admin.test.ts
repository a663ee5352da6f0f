// `argosy admin ...`: settings and manifests tried from files alone, by the built program with the real scripts.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Place, place } from '../support/program.js';

const SETTINGS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd}
data:
  resource.customizations.health.cert-manager.io_Certificate: |
    hs = {status = "Progressing", message = "Waiting for certificate"}
    for i, condition in ipairs(obj.status.conditions) do
      if condition.type == "Ready" and condition.status == "False" then
        hs = {status = "Degraded", message = condition.message}
      end
    end
    return hs
  resource.customizations.health.example.com_Endless: while true do end
  resource.customizations.actions.apps_Deployment: |
    mergeBuiltinActions: true
    discovery.lua: return {["label"] = {["disabled"] = false}}
    definitions:
    - name: label
      action.lua: |
        obj.metadata.labels = {by = actionParams["by"]}
        return obj
  resource.customizations.ignoreDifferences.apps_Deployment: |
    jsonPointers: [/spec/replicas]
    jqPathExpressions: ['.spec.template.spec.containers | map(.image) | .[]', '.spec | getpath(["paused"])']
`;
const deployment = (spec: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {${spec}, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: "x:1"}]}}}\n`;
const OVERRIDES = ['admin', 'settings', 'resource-overrides'];
const CM = ['--argocd-cm-path', 'cm.yaml'];

let at: Place;
beforeEach(() => {
  at = place();
  at.write({
    'cm.yaml': SETTINGS,
    'cert.yaml':
      'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\nstatus: {conditions: [{type: Ready, status: "False", message: nope}]}\n',
    'web.yaml': deployment('replicas: 2'),
    'app.yaml':
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: {project: default, source: {repoURL: x, path: p}, destination: {server: https://kubernetes.default.svc, namespace: shop}}\n',
  });
});
afterEach(() => at.remove());

describe('admin settings', () => {
  it('judges an object by the script of its kind, and one whose script does not end as Unknown', async () => {
    expect((await at.run([...OVERRIDES, 'health', 'cert.yaml', ...CM])).stdout).toBe('STATUS: Degraded\nMESSAGE: nope\n');
    at.write({ 'endless.yaml': 'apiVersion: example.com/v1\nkind: Endless\nmetadata: {name: e}\n' });
    const endless = JSON.parse((await at.run([...OVERRIDES, 'health', 'endless.yaml', ...CM, '-o', 'json'])).stdout);
    expect(endless).toMatchObject({ status: 'Unknown', message: expect.stringContaining('deadline') });
    at.write({ 'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n' });
    expect((await at.run([...OVERRIDES, 'health', 'map.yaml', ...CM])).stdout).toBe(
      "Health script is not configured for '/v1, Kind=ConfigMap'\n",
    );
  }, 60_000);

  it('lists and runs actions, those that are built in among them', async () => {
    const list = JSON.parse((await at.run([...OVERRIDES, 'list-actions', 'web.yaml', ...CM, '-o', 'json'])).stdout);
    expect(list).toContainEqual({ name: 'label', disabled: false });
    expect(list).toContainEqual({ name: 'resume', disabled: true });
    const run = await at.run([...OVERRIDES, 'run-action', 'web.yaml', 'label', '--param', 'by=ana', ...CM, '-o', 'json']);
    expect(JSON.parse(run.stdout)).toMatchObject({ kind: 'Deployment', metadata: { labels: { by: 'ana' } } });
    const restart = await at.run([...OVERRIDES, 'run-action', 'web.yaml', '--action', 'restart', ...CM]);
    expect(restart.stdout).toMatch(/^Following fields have been changed:\n\n[\s\S]*\+ +kubectl.kubernetes.io\/restartedAt: /);
    const unknown = await at.run([...OVERRIDES, 'run-action', 'web.yaml', 'labl', ...CM]);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean label?') });
  }, 60_000);

  it('shows what ignore rules take out, and says which of them fail', async () => {
    const shown = await at.run([...OVERRIDES, 'ignore-differences', 'web.yaml', ...CM]);
    expect(shown.stdout).toMatch(/^Following fields are ignored:\n\n[\s\S]*\n- {2}replicas: 2\n/);
    expect(shown.stderr).toContain('rule ignored');
    const updates = await at.run([...OVERRIDES, 'ignore-resource-updates', 'web.yaml', ...CM]);
    expect(updates.stdout).toBe("Ignore resource updates are not configured for 'apps/Deployment'\n");
  }, 60_000);

  it('validates argocd-cm, group by group', async () => {
    const good = await at.run(['admin', 'settings', 'validate', ...CM]);
    expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('✅ resource-overrides\n3 resource overrides\n') });
    at.write({
      'bad.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm}\ndata: {resource.customizations: "a: [", timeout.reconciliation: soon}\n',
    });
    const bad = await at.run(['admin', 'settings', 'validate', '--argocd-cm-path', 'bad.yaml']);
    expect(bad).toMatchObject({ code: 1, stdout: expect.stringMatching(/❌ general[\s\S]*❌ resource-overrides/) });
  }, 60_000);
});

describe('admin diff', () => {
  it('compares files as the engine compares, with the rules of argocd-cm', async () => {
    at.write({ 'target/web.yaml': deployment('replicas: 2'), 'live/web.yaml': deployment('replicas: 5, paused: true') });
    const args = ['admin', 'diff', '--app', 'app.yaml', '--target', 'target', '--live', 'live'];
    const bare = await at.run([...args, '-o', 'json']);
    expect(bare.code).toBe(1);
    expect(JSON.parse(bare.stdout)).toMatchObject({
      sync: 'OutOfSync',
      resources: [{ name: 'web', status: 'OutOfSync', diff: expect.stringContaining('-  replicas: 5') }],
    });
    const ruled = JSON.parse((await at.run([...args, ...CM, '-o', 'json'])).stdout);
    expect(ruled.sync).toBe('Synced');
    const text = await at.run(args);
    expect(text.stdout).toMatch(/^Sync Status: {4}OutOfSync\n/);
    expect(readFileSync(`${at.dir}/live/web.yaml`, 'utf8')).toContain('replicas: 5');
  }, 60_000);
});
