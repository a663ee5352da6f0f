// Storage for servers that need not survive the process: the store itself has everything in memory already.
import type { ObjectStorage } from '../../domain/ports.js';

export function memoryStorage(): ObjectStorage {
  let current = 0;
  return {
    load: () => [],
    commit: (_, revision) => {
      current = revision;
    },
    revision: () => current,
  };
}
