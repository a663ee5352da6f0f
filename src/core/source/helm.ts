// A source's helm block as what `helm template` is told. Files are named here and read by the shell. Behaviour 2.2, "Helm".
import { toYaml } from '../manifest/yaml.js';
import { isRecord } from '../merge/record.js';
import { type Environment, substitute } from './environment.js';

/** The block, with the types that its shape was checked for. */
export interface HelmBlock {
  readonly releaseName?: string;
  readonly namespace?: string;
  readonly valueFiles?: readonly string[];
  readonly ignoreMissingValueFiles?: boolean;
  readonly values?: string;
  readonly valuesObject?: unknown;
  readonly parameters?: readonly { readonly name?: string; readonly value?: string; readonly forceString?: boolean }[];
  readonly fileParameters?: readonly { readonly name?: string; readonly path?: string }[];
  readonly kubeVersion?: string;
  readonly apiVersions?: readonly string[];
  readonly skipCrds?: boolean;
  readonly skipTests?: boolean;
  readonly skipSchemaValidation?: boolean;
}

export interface HelmPlan {
  readonly name: string;
  readonly namespace: string;
  readonly valueFiles: readonly string[];
  readonly ignoreMissing: boolean;
  /** The block's own values, over all files; undefined where there are none. */
  readonly values: string | undefined;
  readonly set: readonly string[];
  readonly setString: readonly string[];
  readonly fileParameters: readonly { readonly name: string; readonly path: string }[];
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly skipCrds: boolean;
  readonly skipTests: boolean;
  readonly skipSchemaValidation: boolean;
}

export interface HelmSurroundings {
  readonly appName: string;
  readonly destinationNamespace: string;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
  readonly environment: Environment;
}

export function helmPlan(block: HelmBlock, around: HelmSurroundings): HelmPlan {
  const fill = (text: string) => substitute(text, around.environment);
  const parameters = (block.parameters ?? []).map(({ name = '', value = '', forceString }) => ({
    forceString: forceString === true,
    text: `${name}=${escapeCommas(fill(value))}`,
  }));
  return {
    name: block.releaseName || around.appName,
    namespace: block.namespace || around.destinationNamespace,
    valueFiles: [...new Set((block.valueFiles ?? []).map((file) => fillPath(file, around.environment)))],
    ignoreMissing: block.ignoreMissingValueFiles === true,
    values: ownValues(block),
    set: parameters.filter(({ forceString }) => !forceString).map(({ text }) => text),
    setString: parameters.filter(({ forceString }) => forceString).map(({ text }) => text),
    fileParameters: (block.fileParameters ?? []).map(({ name = '', path = '' }) => ({ name, path: fillPath(path, around.environment) })),
    kubeVersion: block.kubeVersion || around.kubeVersion,
    apiVersions: block.apiVersions?.length ? block.apiVersions : around.apiVersions,
    skipCrds: block.skipCrds === true,
    skipTests: block.skipTests === true,
    skipSchemaValidation: block.skipSchemaValidation === true,
  };
}

/** `$name/...` names another source, unless it is a variable. */
function fillPath(path: string, environment: Environment): string {
  const [whole, name = ''] = /^\$([A-Za-z0-9_-]+)(?=\/)/.exec(path) ?? [];
  if (whole === undefined || Object.hasOwn(environment, name)) return substitute(path, environment);
  return whole + substitute(path.slice(whole.length), environment);
}

/** valuesObject wins entirely over values. */
function ownValues({ values, valuesObject }: HelmBlock): string | undefined {
  if (isRecord(valuesObject)) return toYaml(valuesObject);
  return values?.trim() ? values : undefined;
}

/** A comma ends a value for Helm: it is escaped, unless the value is a list ('{a,b}') or escapes it already. */
export function escapeCommas(value: string): string {
  if (value.startsWith('{') && value.endsWith('}')) return value;
  return value.replace(/(?<!\\),/g, '\\,');
}
