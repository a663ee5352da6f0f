// The data folder: database, key, and who owns it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../store/database.js';
import { createHistory } from '../../store/history.js';
import { type HubLock, lockHub } from '../../store/lock.js';
import { ownedHistory } from '../../store/owned-history.js';
import { openVault, type Vault } from '../../store/vault.js';
import type { Config } from '../config.js';
import type { Clock, History } from '../domain/ports.js';
import { IoError } from '../domain/problem.js';

export interface State {
  readonly database: Database;
  readonly vault: Vault;
  readonly history: History;
  readonly lock: HubLock;
  close(): void;
}

export const DATABASE = 'argosy.db';

export function dataFolder(config: Config): string {
  try {
    mkdirSync(config.data, { recursive: true, mode: 0o700 });
    return config.data;
  } catch (error) {
    throw new IoError(`Cannot use the data folder ${config.data}: ${(error as Error).message}`, { retry: 'never', cause: error });
  }
}

/** Opens everything and takes the hub. Throws UserError that says who holds it. */
export function openState(config: Config, clock: Clock): State {
  const folder = dataFolder(config);
  const database = openDatabase(join(folder, DATABASE));
  try {
    const vault = openVault(join(folder, 'key'), process.env);
    const lock = lockHub(database, 'hub', { clock });
    return {
      database,
      vault,
      history: ownedHistory(createHistory(database, { vault, clock }), () => lock.held()),
      lock,
      close() {
        lock.release();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
