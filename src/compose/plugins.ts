// The config management plugins that the configuration names. None is ever taken from a repository.
import { readPlugins } from '../adapters/plugins/read-plugins.js';
import { createPluginRunner } from '../adapters/plugins/runner.js';
import type { Config } from '../config.js';
import type { PluginRunner } from '../domain/ports.js';

/** Throws UserError where a file cannot be used. */
export function pluginsOf({ plugins }: Config): PluginRunner {
  return createPluginRunner({ plugins: readPlugins(plugins), path: process.env['PATH'] ?? '' });
}
