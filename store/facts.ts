// Small facts that outlive the process, by name.
import type { History } from '../src/domain/history.js';
import type { Database } from './database.js';

export function factRecords(database: Database): Pick<History, 'fact' | 'remember'> {
  return {
    fact: (name) => database.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value,
    remember: (name, value) =>
      void database.run('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', name, value),
  };
}
