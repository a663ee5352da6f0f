// A folder of this machine in the place of a chart repository.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sameRepository } from '../../core/repository/url.js';
import { IoError } from '../../domain/problem.js';
import { type ChartEntry, type ChartIndex, readIndex } from './chart-index.js';

export function folderOf(url: string, map: ReadonlyMap<string, string>): string | undefined {
  return [...map].find(([from]) => sameRepository(from, url))?.[1];
}

export const UNPACKED = 'folder:';

/** Only the reader itself names folders: an index that was written by somebody names archives. */
function withoutFolders(index: ChartIndex): ChartIndex {
  return new Map([...index].map(([name, entries]) => [name, entries.filter(({ urls }) => !urls[0]?.startsWith(UNPACKED))]));
}

/** A folder of this machine as a repository: its index.yaml, or the archives and chart folders that lie in it. */
export async function folderIndex(folder: string, what: string): Promise<ChartIndex> {
  const text = await readFile(join(folder, 'index.yaml'), 'utf8').catch(() => undefined);
  if (text !== undefined) return withoutFolders(readIndex(text, what));
  const index = new Map<string, ChartEntry[]>();
  const add = (name: string, entry: ChartEntry): void => void index.set(name, [...(index.get(name) ?? []), entry]);
  const names = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
    throw new IoError(`reading ${what} failed: ${error.message}`, { retry: 'never', cause: error });
  });
  for (const entry of names) {
    const archive = /^(.+?)-(v?\d+\.\d+\.\d+.*)\.tgz$/.exec(entry.name);
    if (archive) add(archive[1] ?? '', { version: archive[2] ?? '', urls: [entry.name] });
    else if (entry.isDirectory()) {
      const chart = await readFile(join(folder, entry.name, 'Chart.yaml'), 'utf8').catch(() => undefined);
      const version = /^version:\s*["']?([^"'\s#]+)/m.exec(chart ?? '')?.[1];
      if (version) add(entry.name, { version, urls: [UNPACKED + entry.name] });
    }
  }
  return index;
}
