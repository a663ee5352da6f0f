// index.yaml of a chart repository: which versions of a chart there are, and where each archive lies.
import { parseYaml } from '../../core/manifest/yaml.js';
import { isRecord } from '../../core/merge/record.js';
import { IoError, UserError } from '../../domain/problem.js';

export interface ChartEntry {
  readonly version: string;
  readonly urls: readonly string[];
  /** SHA-256 in hex. */
  readonly digest?: string;
}

export type ChartIndex = ReadonlyMap<string, readonly ChartEntry[]>;

/** Throws IoError for a text that is no index. Entries that name no version or no address are left out. */
export function readIndex(text: string, what: string): ChartIndex {
  const value = parsed(text, what);
  const entries = isRecord(value) ? value['entries'] : undefined;
  if (!isRecord(entries))
    throw new IoError(`reading ${what} failed: it has no \`entries\`, so it is not the index of a chart repository`, { retry: 'never' });
  return new Map(Object.entries(entries).map(([name, list]) => [name, Array.isArray(list) ? list.flatMap(entryOf) : []]));
}

function parsed(text: string, what: string): unknown {
  try {
    return parseYaml(text, what);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new IoError(`reading ${what} failed: ${error.message}`, { retry: 'never' });
  }
}

function entryOf(value: unknown): ChartEntry[] {
  if (!isRecord(value)) return [];
  const { version, urls, digest } = value;
  const places = Array.isArray(urls) ? urls.filter((url): url is string => typeof url === 'string') : [];
  if (version === undefined || version === null || places.length === 0) return [];
  return [{ version: String(version), urls: places, ...(typeof digest === 'string' ? { digest: digest.replace(/^sha256:/, '') } : {}) }];
}
