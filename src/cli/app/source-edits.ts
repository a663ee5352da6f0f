// Flags of a source as edits; only those that were given.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceEdits, SourceRemovals } from '../../core/application/edit-source.js';
import { parseYaml } from '../../core/manifest/yaml.js';
import { UserError } from '../../domain/problem.js';
import type { Invocation } from '../invocation.js';
import type { Session } from '../session.js';

export async function sourceEdits(session: Session): Promise<SourceEdits> {
  const { invocation } = session;
  const blocks = {
    fields: texts(invocation, { repoURL: 'repo', path: 'path', targetRevision: 'revision', chart: 'helm-chart' }),
    helm: await helmEdits(session),
    kustomize: kustomizeEdits(invocation),
    directory: {
      ...texts(invocation, { include: 'directory-include', exclude: 'directory-exclude' }),
      ...switches(invocation, { recurse: 'directory-recurse' }),
    },
    jsonnet: jsonnetEdits(invocation),
    plugin: {
      ...texts(invocation, { name: 'config-management-plugin' }),
      ...given('env', nameValues(invocation, 'plugin-env')),
    },
  };
  return Object.fromEntries(Object.entries(blocks).filter(([, block]) => Object.keys(block).length > 0));
}

async function helmEdits(session: Session): Promise<NonNullable<SourceEdits['helm']>> {
  const { invocation } = session;
  const literal = invocation.text('values-literal-file');
  const parameters = [
    ...nameValues(invocation, 'parameter'),
    ...nameValues(invocation, 'helm-set'),
    ...nameValues(invocation, 'helm-set-string').map((each) => ({ ...each, forceString: true })),
  ];
  const files = nameValues(invocation, 'helm-set-file').map(({ name, value }) => ({ name, path: value }));
  return {
    ...given('valueFiles', invocation.list('values')),
    ...(literal === undefined ? {} : { values: await valuesIn(session, literal) }),
    ...given('parameters', parameters),
    ...given('fileParameters', files),
    ...given('apiVersions', invocation.list('helm-api-versions')),
    ...texts(invocation, { releaseName: 'release-name', namespace: 'helm-namespace', kubeVersion: 'helm-kube-version' }),
    ...switches(invocation, {
      ignoreMissingValueFiles: 'ignore-missing-value-files',
      passCredentials: 'helm-pass-credentials',
      skipCrds: 'helm-skip-crds',
      skipSchemaValidation: 'helm-skip-schema-validation',
      skipTests: 'helm-skip-tests',
    }),
  };
}

async function valuesIn({ io }: Session, name: string): Promise<string> {
  const path = resolve(io.cwd, name);
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UserError(`cannot read ${path}: ${error.message}`, { file: path });
  });
  parseYaml(text, name);
  return text;
}

function kustomizeEdits(invocation: Invocation): NonNullable<SourceEdits['kustomize']> {
  const replicas = nameValues(invocation, 'kustomize-replica').map(({ name, value }) => {
    if (!/^\d+$/.test(value)) throw new UserError(`cannot use --kustomize-replica ${name}=${value}: a number of replicas is wanted`);
    return { name, count: Number(value) };
  });
  return {
    ...given('images', invocation.list('kustomize-image')),
    ...given('replicas', replicas),
    ...filled('commonLabels', invocation.pairs('kustomize-common-label')),
    ...filled('commonAnnotations', invocation.pairs('kustomize-common-annotation')),
    ...texts(invocation, { namePrefix: 'nameprefix', nameSuffix: 'namesuffix', namespace: 'kustomize-namespace' }),
    ...switches(invocation, {
      forceCommonLabels: 'kustomize-force-common-label',
      forceCommonAnnotations: 'kustomize-force-common-annotation',
      labelWithoutSelector: 'kustomize-label-without-selector',
    }),
  };
}

function jsonnetEdits(invocation: Invocation): NonNullable<SourceEdits['jsonnet']> {
  const variables = (kind: string) => [
    ...nameValues(invocation, `jsonnet-${kind}-str`),
    ...nameValues(invocation, `jsonnet-${kind}-code`).map((each) => ({ ...each, code: true })),
  ];
  return {
    ...given('tlas', variables('tla')),
    ...given('extVars', variables('ext-var')),
    ...given('libs', invocation.list('jsonnet-libs')),
  };
}

/** What `app unset` takes away. */
export function sourceRemovals(invocation: Invocation): SourceRemovals {
  const flags: readonly (readonly [string, readonly string[]])[] = [
    ['values-literal', ['helm', 'values']],
    ['ignore-missing-value-files', ['helm', 'ignoreMissingValueFiles']],
    ['pass-credentials', ['helm', 'passCredentials']],
    ['release-name', ['helm', 'releaseName']],
    ['kustomize-namespace', ['kustomize', 'namespace']],
    ['nameprefix', ['kustomize', 'namePrefix']],
    ['namesuffix', ['kustomize', 'nameSuffix']],
  ];
  const fields = flags.flatMap(([flag, path]) => (invocation.on(flag) ? [path] : []));
  return {
    ...given('parameters', invocation.list('parameter')),
    ...given('valueFiles', invocation.list('values')),
    ...given('images', invocation.list('kustomize-image')),
    ...given('replicas', invocation.list('kustomize-replica')),
    ...given('pluginEnv', invocation.list('plugin-env')),
    ...given('fields', fields),
    ...(invocation.on('values-literal') ? { fields: [...fields, ['helm', 'valuesObject']] } : {}),
  };
}

function nameValues(invocation: Invocation, flag: string): { readonly name: string; readonly value: string }[] {
  return Object.entries(invocation.pairs(flag)).map(([name, value]) => ({ name, value }));
}

function given<N extends string, T>(name: N, items: readonly T[]): { readonly [K in N]?: readonly T[] } {
  return (items.length > 0 ? { [name]: items } : {}) as { readonly [K in N]?: readonly T[] };
}

function filled(name: string, record: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.keys(record).length > 0 ? { [name]: record } : {};
}

/** Fields by the flags that say them. */
function texts(invocation: Invocation, flags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([field, flag]) => {
      const value = flag === 'repo' ? invocation.list('repo').at(-1) : invocation.text(flag);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

function switches(invocation: Invocation, flags: Readonly<Record<string, string>>): Record<string, boolean> {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([field, flag]) => {
      const value = invocation.given(flag);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}
