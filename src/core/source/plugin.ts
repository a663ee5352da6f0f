// Config management plugins: what a ConfigManagementPlugin says, which one a source means, and the environment that it gets
// (behaviour 2.2).
import { isRecord } from '../merge/record.js';
import { type Environment, substitute } from './environment.js';

export interface PluginCommand {
  readonly command: readonly string[];
}

export interface Plugin {
  /** 'name', or 'name-version'. */
  readonly id: string;
  readonly init: PluginCommand | undefined;
  readonly generate: PluginCommand;
  readonly discover: { readonly fileName: string; readonly glob: string; readonly command: PluginCommand | undefined };
}

/** The block of a source. */
export interface PluginBlock {
  readonly name?: string;
  readonly env?: readonly { readonly name?: string; readonly value?: string }[];
  readonly parameters?: readonly PluginParameter[];
}

interface PluginParameter {
  readonly name?: string;
  readonly string?: string;
  readonly array?: readonly string[];
  readonly map?: Readonly<Record<string, string>>;
}

/** What a file says; a text where it is no plugin: the reason. */
export function readPlugin(value: unknown): Plugin | string {
  if (!isRecord(value) || value['kind'] !== 'ConfigManagementPlugin')
    return `it holds ${isRecord(value) ? String(value['kind'] ?? 'no kind') : 'no object'}, not a ConfigManagementPlugin`;
  const name = isRecord(value['metadata']) ? value['metadata']['name'] : undefined;
  const spec = isRecord(value['spec']) ? value['spec'] : {};
  if (typeof name !== 'string' || name === '') return 'metadata.name is missing';
  const generate = commandOf(spec['generate']);
  if (!generate) return 'spec.generate.command is missing';
  const discover = isRecord(spec['discover']) ? spec['discover'] : {};
  const find = isRecord(discover['find']) ? discover['find'] : {};
  return {
    id: spec['version'] ? `${name}-${String(spec['version'])}` : name,
    init: commandOf(spec['init']),
    generate,
    discover: { fileName: String(discover['fileName'] ?? ''), glob: String(find['glob'] ?? ''), command: commandOf(find) },
  };
}

/** `command` and `args`, one after the other. */
function commandOf(value: unknown): PluginCommand | undefined {
  if (!isRecord(value)) return undefined;
  const words = [value['command'], value['args']].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  return Array.isArray(value['command']) && value['command'].length > 0 ? { command: words } : undefined;
}

export function discovers({ discover }: Plugin): boolean {
  return discover.fileName !== '' || discover.glob !== '' || discover.command !== undefined;
}

export interface PluginSurroundings {
  readonly environment: Environment;
  readonly kubeVersion: string;
  readonly apiVersions: readonly string[];
}

/** Every variable that the plugin's commands get beside PATH and HOME. */
export function pluginEnvironment(
  block: PluginBlock,
  { environment, kubeVersion, apiVersions }: PluginSurroundings,
): Record<string, string> {
  const own = (block.env ?? []).map(({ name = '', value = '' }) => [`ARGOCD_ENV_${name}`, substitute(value, environment)]);
  const parameters = block.parameters ?? [];
  return {
    ...environment,
    KUBE_VERSION: kubeVersion.replace(/^v/, ''),
    KUBE_API_VERSIONS: apiVersions.join(','),
    ...Object.fromEntries(own),
    ARGOCD_APP_PARAMETERS: JSON.stringify(parameters),
    ...Object.fromEntries(parameters.flatMap(parameterVariables)),
  };
}

function parameterVariables({ name = '', string, array, map }: PluginParameter): [string, string][] {
  const variable = `PARAM_${escaped(name)}`;
  if (string !== undefined) return [[variable, string]];
  if (array !== undefined) return array.map((value, i): [string, string] => [`${variable}_${i}`, value]);
  return Object.entries(map ?? {}).map(([key, value]): [string, string] => [`${variable}_${escaped(key)}`, value]);
}

function escaped(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
}
