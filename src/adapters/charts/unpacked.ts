// A chart that lies unpacked in a folder of this machine, with the dependencies that lie beside it: what `helm package -u` would pack.
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseYaml } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { IoError } from '../../domain/problem.js';

/** A name that leads nowhere else. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const MAX_BYTES = 256 * 2 ** 20;
const MAX_DEPTH = 8;
const MAX_FILES = 20_000;

/** Files by their path below the chart. Dependencies that are not in charts/ are taken from the folder that the chart lies in. */
export async function unpackedChart(folder: string, shown: string, depth = 0): Promise<Map<string, Uint8Array>> {
  if (depth > MAX_DEPTH)
    throw new IoError(`reading ${shown} failed: its dependencies lead more than ${MAX_DEPTH} charts deep`, { retry: 'never' });
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name);
    // A link may lead out of the folder: what it names is no part of the chart.
    const found = await lstat(path);
    if (!found.isFile()) continue;
    bytes += found.size;
    if (bytes > MAX_BYTES) throw new IoError(`reading ${shown} failed: it is larger than ${MAX_BYTES / 2 ** 20} MiB`, { retry: 'never' });
    if (files.size >= MAX_FILES) throw new IoError(`reading ${shown} failed: it holds more than ${MAX_FILES} files`, { retry: 'never' });
    files.set(name.replaceAll('\\', '/'), await readFile(path));
  }
  const chart = parseYaml(Buffer.from(files.get('Chart.yaml') ?? '').toString('utf8'), `Chart.yaml of ${shown}`);
  const dependencies = isRecord(chart) && Array.isArray(chart['dependencies']) ? chart['dependencies'].filter(isRecord) : [];
  for (const { name } of dependencies) {
    if (typeof name !== 'string' || !PLAIN.test(name))
      throw new IoError(`reading ${shown} failed: ${JSON.stringify(name)} is not the name of a chart`, { retry: 'never' });
    const prefix = `charts/${name}`;
    if ([...files.keys()].some((path) => path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}-`))) continue;
    const beside = join(dirname(folder), name);
    if (!(await stat(join(beside, 'Chart.yaml')).catch(() => undefined))) continue;
    for (const [path, bytes] of await unpackedChart(beside, shown, depth + 1)) files.set(`${prefix}/${path}`, bytes);
  }
  return files;
}
