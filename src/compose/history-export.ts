// Recorded operations as files; read beside a running engine, which SQLite's write-ahead log allows.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../store/database.js';
import { exportSqlite as copy, type ExportFormat, exportHistory as pieces } from '../../store/export.js';
import { createHistory } from '../../store/history.js';
import { openVault } from '../../store/vault.js';
import type { Config } from '../config.js';
import type { HistoryFilter } from '../domain/events.js';
import { UserError } from '../domain/problem.js';
import { DATABASE } from './state.js';

export async function* exportHistory(
  config: Config,
  { format, filter }: { readonly format: ExportFormat; readonly filter: HistoryFilter },
): AsyncGenerator<string> {
  const database = opened(config);
  try {
    yield* pieces(createHistory(database, { vault: openVault(join(config.data, 'key'), process.env) }), format, filter);
  } finally {
    database.close();
  }
}

export async function exportSqlite(config: Config, file: string, filter: HistoryFilter): Promise<void> {
  const database = opened(config);
  try {
    copy(database, file, filter);
  } finally {
    database.close();
  }
}

function opened(config: Config): Database {
  const file = join(config.data, DATABASE);
  if (!existsSync(file)) throw new UserError(`there is no history in ${config.data}: nothing has run on this data folder yet`);
  return openDatabase(file);
}
