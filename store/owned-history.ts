// History of the owner of a hub. An engine that was suspended for long may find that another one has taken its hub over: it then records
// nothing any more, and because every write needs its intent on disk, it writes nothing any more either.
import type { History } from '../src/domain/history.js';
import { IoError } from '../src/domain/problem.js';

/** The same history; `begin` and `intend` throw IoError once `held` says no. */
export function ownedHistory(history: History, held: () => boolean): History {
  const check = (): void => {
    if (!held())
      throw new IoError('Cannot write any more: another engine has taken this hub over while this one was suspended', { retry: 'never' });
  };
  return {
    ...history,
    begin(operation) {
      check();
      return history.begin(operation);
    },
    beginAction(run) {
      check();
      return history.beginAction(run);
    },
    intend(operation, taskIds, atMs) {
      check();
      history.intend(operation, taskIds, atMs);
    },
  };
}
