// A chart that lies unpacked in a folder of this machine, with the dependencies that lie beside it: what `helm package -u` would pack.
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseYaml } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { IoError } from '../../domain/problem.js';

const MAX_DEPTH = 8;
const MAX_FILES = 20_000;

/** Files by their path below the chart. Dependencies that are not in charts/ are taken from the folder that the chart lies in. */
export async function unpackedChart(folder: string, shown: string, depth = 0): Promise<Map<string, Uint8Array>> {
  if (depth > MAX_DEPTH)
    throw new IoError(`reading ${shown} failed: its dependencies lead more than ${MAX_DEPTH} charts deep`, { retry: 'never' });
  const files = new Map<string, Uint8Array>();
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    if (files.size >= MAX_FILES) throw new IoError(`reading ${shown} failed: it holds more than ${MAX_FILES} files`, { retry: 'never' });
    files.set(name.replaceAll('\\', '/'), await readFile(path));
  }
  const chart = parseYaml(Buffer.from(files.get('Chart.yaml') ?? '').toString('utf8'), `Chart.yaml of ${shown}`);
  const dependencies = isRecord(chart) && Array.isArray(chart['dependencies']) ? chart['dependencies'].filter(isRecord) : [];
  for (const { name } of dependencies) {
    const prefix = `charts/${String(name)}`;
    if ([...files.keys()].some((path) => path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}-`))) continue;
    const beside = join(dirname(folder), String(name));
    if (!(await stat(join(beside, 'Chart.yaml')).catch(() => undefined))) continue;
    for (const [path, bytes] of await unpackedChart(beside, shown, depth + 1)) files.set(`${prefix}/${path}`, bytes);
  }
  return files;
}
