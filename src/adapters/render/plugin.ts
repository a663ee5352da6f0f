// A source for a config management plugin -> manifests: which plugin, with which environment, and what it printed.
import { type PluginBlock, pluginEnvironment } from '../../core/source/plugin.js';
import type { PluginRequest, PluginRunner } from '../../domain/ports.js';
import { UserError } from '../../domain/problem.js';
import { type CoreInput, type CoreResult, environment, guarded, printed, Refused } from './core-input.js';

type Input = Omit<CoreInput, 'core'>;

/** The plugin's name; undefined where the source is none for a plugin. Throws Refused where it names one that is not there. */
export async function pluginFor(input: Input, runner: PluginRunner, signal: AbortSignal | undefined): Promise<string | undefined> {
  return told(() => runner.find(requestOf(input, signal)));
}

export function renderPlugin(
  input: Input,
  { runner, name, signal }: { readonly runner: PluginRunner; readonly name: string; readonly signal: AbortSignal | undefined },
): Promise<CoreResult> {
  return guarded(input as CoreInput, 'the plugin for', async () => {
    const text = await told(() => runner.generate(name, requestOf(input, signal)));
    return printed(text, input.root, text.length);
  });
}

function requestOf(input: Input, signal: AbortSignal | undefined): PluginRequest {
  const { request, source, tree, root } = input;
  const block = (source['plugin'] ?? {}) as PluginBlock;
  const { kubeVersion, apiVersions } = request;
  const around = { environment: environment(input as CoreInput), kubeVersion, apiVersions };
  return { tree, root, wanted: block.name ?? '', environment: pluginEnvironment(block, around), signal };
}

async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw new Refused(error.message);
    throw error;
  }
}
