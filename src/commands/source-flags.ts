// Flags that say something of an application's source: the same for `app create`, `app set` and, where they name what goes, `app unset`.
import type { Flag } from './command.js';
import { text, toggle } from './flags.js';

const list = (name: string, value: string, description: string): Flag => ({
  name,
  type: 'list',
  value,
  description: `${description} (repeatable)`,
});
export const SOURCE_POSITION: Flag = {
  name: 'source-position',
  type: 'integer',
  value: 'NUMBER',
  description: 'Which source of several, counted from 1',
};

export const SOURCE_FLAGS: readonly Flag[] = [
  text('helm-chart', 'NAME', 'Name of the chart in a chart repository'),
  { ...list('parameter', 'NAME=VALUE', 'Helm parameter'), short: 'p' },
  list('helm-set', 'NAME=VALUE', 'Helm parameter'),
  list('helm-set-string', 'NAME=VALUE', 'Helm parameter that stays a text'),
  list('helm-set-file', 'NAME=PATH', 'Helm parameter whose value is a file of the repository'),
  list('values', 'FILE', 'Value file'),
  text('values-literal-file', 'FILE', 'Take the values themselves from this file'),
  toggle('ignore-missing-value-files', 'Value files need not be there'),
  toggle('helm-pass-credentials', 'Show the credentials to every host that the chart repository names'),
  toggle('helm-skip-crds', "Leave out the chart's CRDs"),
  toggle('helm-skip-schema-validation', "Do not check values by the chart's schema"),
  toggle('helm-skip-tests', "Leave out the chart's tests"),
  text('release-name', 'NAME', 'Release name'),
  text('helm-namespace', 'NAMESPACE', 'Namespace of the release'),
  text('helm-kube-version', 'VERSION', 'Version of Kubernetes that the chart sees'),
  list('helm-api-versions', 'VERSION', 'API version that the chart sees'),
  text('nameprefix', 'TEXT', 'Kustomize: prefix of names'),
  text('namesuffix', 'TEXT', 'Kustomize: suffix of names'),
  text('kustomize-namespace', 'NAMESPACE', 'Kustomize: namespace'),
  list('kustomize-image', 'IMAGE', 'Kustomize: image, as NAME=NEW:TAG or NAME:TAG'),
  list('kustomize-replica', 'NAME=COUNT', 'Kustomize: replicas'),
  list('kustomize-common-label', 'NAME=VALUE', 'Kustomize: label of everything'),
  list('kustomize-common-annotation', 'NAME=VALUE', 'Kustomize: annotation of everything'),
  toggle('kustomize-force-common-label', 'Kustomize: labels replace those that are there'),
  toggle('kustomize-force-common-annotation', 'Kustomize: annotations replace those that are there'),
  toggle('kustomize-label-without-selector', 'Kustomize: labels are not put into selectors'),
  list('jsonnet-tla-str', 'NAME=VALUE', 'Jsonnet: top-level argument'),
  list('jsonnet-tla-code', 'NAME=VALUE', 'Jsonnet: top-level argument, as code'),
  list('jsonnet-ext-var-str', 'NAME=VALUE', 'Jsonnet: external variable'),
  list('jsonnet-ext-var-code', 'NAME=VALUE', 'Jsonnet: external variable, as code'),
  list('jsonnet-libs', 'PATH', 'Jsonnet: folder of libraries'),
  text('config-management-plugin', 'NAME', 'Config management plugin'),
  list('plugin-env', 'NAME=VALUE', 'Environment of the plugin'),
];

export const UNSET_FLAGS: readonly Flag[] = [
  { ...list('parameter', 'NAME', 'Helm parameter'), short: 'p' },
  list('values', 'FILE', 'Value file'),
  toggle('values-literal', 'The values themselves'),
  toggle('ignore-missing-value-files', 'That value files need not be there'),
  toggle('pass-credentials', 'That credentials are shown everywhere'),
  toggle('release-name', 'The release name'),
  list('kustomize-image', 'NAME', 'Kustomize: image'),
  list('kustomize-replica', 'NAME', 'Kustomize: replicas'),
  toggle('kustomize-namespace', 'Kustomize: namespace'),
  toggle('nameprefix', 'Kustomize: prefix of names'),
  toggle('namesuffix', 'Kustomize: suffix of names'),
  list('plugin-env', 'NAME', 'Environment of the plugin'),
];
