// Which world is meant where nothing names one: no file, no fleet, no sandbox, no cluster, no data folder.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.js';
import { UserError } from '../domain/problem.js';
import type { CliPorts } from './ports.js';

const MOST = 50;

/**
 * The configuration as it is; or, where it names no world, with the data folder of the one engine that runs below the state
 * folder: after `npm start`, `argosy app list` is about the demo. Throws UserError where several run.
 */
export async function worldOf(config: Config, ports: Pick<CliPorts, 'attach'>): Promise<Config> {
  if (isNamed(config) || (await runs(config, ports))) return config;
  const state = dirname(config.data);
  const running: Config[] = [];
  for (const name of foldersOf(state)) {
    const candidate = { ...config, data: join(state, name), fleetName: name };
    if (await runs(candidate, ports)) running.push(candidate);
  }
  const [one] = running;
  if (running.length > 1)
    throw new UserError(`several engines run: choose one by ${running.map(({ data }) => `--data ${data}`).join(' or ')}`);
  return one ?? config;
}

/** Whether anything says which world is meant. */
export function isNamed(config: Config): boolean {
  const { file, fleet, dataGiven, contexts, clusters } = config;
  return file !== undefined || fleet !== undefined || dataGiven || contexts.length > 0 || clusters.size > 0;
}

async function runs(config: Config, ports: Pick<CliPorts, 'attach'>): Promise<boolean> {
  const open = await ports.attach(config);
  await open?.close();
  return open !== undefined;
}

function foldersOf(state: string): string[] {
  try {
    const entries = readdirSync(state, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).slice(0, MOST);
  } catch {
    return []; // no state folder yet: nothing can be running
  }
}
