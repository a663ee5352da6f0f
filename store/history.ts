// The History port over SQLite, put together from one file per kind of record.
import type { History } from '../src/domain/history.js';
import type { Clock } from '../src/domain/ports.js';
import { actionRecords } from './action-runs.js';
import { approvalRecords } from './approvals.js';
import type { Database } from './database.js';
import { driftRecords } from './drifts.js';
import { factRecords } from './facts.js';
import { grantRecords } from './grants.js';
import { operationRecords } from './operations.js';
import { pinRecords } from './pins.js';
import type { Vault } from './vault.js';

/** Every call is one transaction; intents (and the operation that they belong to), pins, approvals and grants are on disk when they return. */
export function createHistory(database: Database, { vault }: { vault: Vault; clock?: Clock }): History {
  return {
    ...operationRecords(database, vault),
    ...pinRecords(database),
    ...approvalRecords(database),
    ...grantRecords(database),
    ...factRecords(database),
    ...actionRecords(database),
    ...driftRecords(database),
  };
}
