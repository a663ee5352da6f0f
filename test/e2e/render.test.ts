// `argosy render`: folders and Applications rendered from files alone.
import { afterEach, describe, expect, it } from 'vitest';
import { type Place, place } from '../support/program.js';

let at: Place | undefined;
afterEach(() => at?.remove());

const CHART = {
  'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: ">=1.30.0-0"\n',
  'chart/values.yaml': 'replicas: 1\n',
  'chart/more.yaml': 'replicas: 5\n',
  'chart/templates/a.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {count: "{{ .Values.replicas }}"}\n',
};

describe('render', () => {
  it('a chart in a folder, with values and parameters', async () => {
    at = place();
    at.write(CHART);
    expect((await at.run(['render', 'chart'])).stdout).toContain('name: chart');
    const json = await at.run(['render', 'chart', '--values', 'more.yaml', '--release-name', 'r', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject([{ metadata: { name: 'r' }, data: { count: '5' } }]);
    expect((await at.run(['render', 'chart', '--set', 'replicas=7', '--name', 'x', '-o', 'name'])).stdout).toBe('configmap/x\n');
    const old = await at.run(['render', 'chart', '--kube-version', '1.20.0']);
    expect(old).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('incompatible with Kubernetes') });
  }, 60_000);

  it('a chart with a dependency from a chart repository, in the version of its lock file', async () => {
    at = place();
    at.write({
      ...CHART,
      'chart/Chart.yaml':
        'apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: base, version: 1.x, repository: "https://charts.example.com"}]\n',
      'repository/base/Chart.yaml': 'apiVersion: v2\nname: base\nversion: 1.4.0\n',
      'repository/base/templates/b.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: from-base}\ndata: {chart: "{{ .Chart.Version }}"}\n',
    });
    const missing = await at.run(['render', 'chart', '--repo', 'https://charts.example.com=./nowhere', '-o', 'name']);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('charts.example.com') });
    const flags = ['--repo', 'https://charts.example.com=./repository', '-o', 'name'];
    expect((await at.run(['render', 'chart', ...flags])).stdout.split('\n')).toContain('configmap/from-base');
    at.write({ 'chart/Chart.lock': 'dependencies: [{name: base, version: 1.3.0, repository: "https://charts.example.com"}]\n' });
    expect((await at.run(['render', 'chart', ...flags])).stderr).toContain('version "1.3.0" of chart "base" not found');
  }, 60_000);

  it('an Application with a value file of another source, as it would be applied when that is asked for', async () => {
    at = place();
    const sources = [
      { repoURL: 'https://git.example.com/charts', path: 'chart', helm: { valueFiles: ['$values/prod.yaml'] } },
      { repoURL: 'https://git.example.com/values', ref: 'values' },
    ];
    const spec = { project: 'default', sources, destination: { name: 'prod', namespace: 'web' } };
    const app = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'web' }, spec };
    at.write({ ...CHART, 'app.json': JSON.stringify(app), 'values/prod.yaml': 'replicas: 9\n' });
    const repositories = ['--repo', 'https://git.example.com/charts=.', '--repo', 'https://git.example.com/values=./values'];
    const run = await at.run(['render', 'app.json', ...repositories, '--prepared', '-o', 'json']);
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toMatchObject([
      {
        metadata: { name: 'web', namespace: 'web', annotations: { 'argocd.argoproj.io/tracking-id': 'web:/ConfigMap:web/web' } },
        data: { count: '9' },
      },
    ]);
    expect(await at.run(['render', 'nowhere'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no such file or folder') });
  }, 60_000);
});

describe('render with a config management plugin', () => {
  const PLUGIN =
    'apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata: {name: shout}\nspec:\n  discover: {fileName: words.txt}\n  generate: {command: [sh, -c], args: [\'for w in $(cat words.txt); do printf "%s\\n" "---" "apiVersion: v1" "kind: ConfigMap" "metadata: {name: $w}"; done\']}\n';

  it('runs one that was named, and none otherwise', async () => {
    at = place();
    at.write({ 'plugins/shout.yaml': PLUGIN, 'app/words.txt': 'ahoy land\n' });
    expect((await at.run(['render', 'app', '--plugin', 'plugins', '-o', 'name'])).stdout).toBe('configmap/ahoy\nconfigmap/land\n');
    expect((await at.run(['render', 'app', '-o', 'name'])).stdout).toBe('');
    expect(await at.run(['render', 'app', '--plugin', 'absent'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such file or folder'),
    });
  }, 60_000);
});
