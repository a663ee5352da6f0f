// The fields of an Application's spec, as Argo CD's CustomResourceDefinition types them.
import type { Shape } from './shape.js';

const texts: Shape = { list: 'string' };
const textMap: Shape = { map: 'string' };
const nameValues: Shape = { list: { fields: { name: 'string', value: 'string' } } };
const variables: Shape = { list: { fields: { name: 'string', value: 'string', code: 'boolean' } } };

const helm: Shape = {
  fields: {
    apiVersions: texts,
    fileParameters: { list: { fields: { name: 'string', path: 'string' } } },
    ignoreMissingValueFiles: 'boolean',
    kubeVersion: 'string',
    namespace: 'string',
    parameters: { list: { fields: { forceString: 'boolean', name: 'string', value: 'string' } } },
    passCredentials: 'boolean',
    releaseName: 'string',
    skipCrds: 'boolean',
    skipSchemaValidation: 'boolean',
    skipTests: 'boolean',
    valueFiles: texts,
    values: 'string',
    valuesObject: 'any',
    version: 'string',
  },
};

const kustomize: Shape = {
  fields: {
    apiVersions: texts,
    commonAnnotations: textMap,
    commonAnnotationsEnvsubst: 'boolean',
    commonLabels: textMap,
    components: texts,
    forceCommonAnnotations: 'boolean',
    forceCommonLabels: 'boolean',
    ignoreMissingComponents: 'boolean',
    images: texts,
    kubeVersion: 'string',
    labelIncludeTemplates: 'boolean',
    labelWithoutSelector: 'boolean',
    namePrefix: 'string',
    nameSuffix: 'string',
    namespace: 'string',
    patches: { list: 'any' },
    replicas: { list: { fields: { name: 'string', count: 'any' } } },
    version: 'string',
  },
};

const plugin: Shape = {
  fields: {
    env: nameValues,
    name: 'string',
    parameters: { list: { fields: { array: texts, map: textMap, name: 'string', string: 'string' } } },
  },
};

const directory: Shape = {
  fields: {
    recurse: 'boolean',
    include: 'string',
    exclude: 'string',
    disableExtensionFilter: 'boolean',
    jsonnet: { fields: { extVars: variables, libs: texts, tlas: variables } },
  },
};

export const SOURCE_SHAPE: Shape = {
  fields: {
    repoURL: 'string',
    path: 'string',
    targetRevision: 'string',
    chart: 'string',
    ref: 'string',
    name: 'string',
    tagPrefix: 'string',
    directory,
    helm,
    kustomize,
    plugin,
  },
};

export const SPEC_SHAPE: Shape = {
  fields: {
    project: 'string',
    source: SOURCE_SHAPE,
    sources: { list: SOURCE_SHAPE },
    sourceHydrator: 'any',
    destination: { fields: { server: 'string', name: 'string', namespace: 'string' } },
    syncPolicy: {
      fields: {
        automated: { fields: { prune: 'boolean', selfHeal: 'boolean', allowEmpty: 'boolean', enabled: 'boolean' } },
        syncOptions: texts,
        retry: {
          fields: {
            limit: 'integer',
            refresh: 'boolean',
            backoff: { fields: { duration: 'string', factor: 'integer', maxDuration: 'string' } },
          },
        },
        managedNamespaceMetadata: { fields: { labels: textMap, annotations: textMap } },
      },
    },
    ignoreDifferences: {
      list: {
        fields: {
          group: 'string',
          kind: 'string',
          name: 'string',
          namespace: 'string',
          jsonPointers: texts,
          jqPathExpressions: texts,
          managedFieldsManagers: texts,
        },
      },
    },
    info: nameValues,
    revisionHistoryLimit: 'integer',
  },
};
