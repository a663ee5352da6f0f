// One engine for one hub. The owner is a row that says who it is; a fencing number grows with each owner, so that what an
// old one still writes can be told apart.
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Clock } from '../src/domain/ports.js';
import { UserError } from '../src/domain/problem.js';
import type { Database } from './database.js';

export interface HubLock {
  readonly fence: number;
  /** Says that the owner still lives; call it every few seconds. False where another engine took over: stop writing. */
  beat(): boolean;
  /** Whether this is still the owner; a look at the record, without a beat. */
  held(): boolean;
  /** Beats until the signal; resolves with false as soon as the lock is lost. */
  keep(signal: AbortSignal): Promise<boolean>;
  release(): void;
}

export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When the process began, as the system tells it; tells a reused pid from the old one. '' where the system does not. */
  readonly started: string;
}

interface OwnerRow extends Owner {
  since_ms: number;
  beat_ms: number;
  fence: number;
  released: number;
}

export interface LockOptions {
  readonly clock: Clock;
  readonly self?: Owner;
  /** Whether a process of this host lives. */
  readonly alive?: (owner: Owner) => boolean;
}

/** An owner on another host counts as dead after this long without a beat. */
export const SILENT_MS = 30_000;
export const BEAT_MS = 5000;

/** Takes the hub, or throws UserError that says who holds it. A dead owner is replaced. */
export function lockHub(database: Database, hub: string, options: LockOptions): HubLock {
  const { clock, self = thisProcess(), alive = isAlive } = options;
  const fence = database.transaction(
    () => {
      const owner = database.get<OwnerRow>('SELECT * FROM owners WHERE hub = ?', hub);
      if (owner && holds(owner, { self, alive, nowMs: clock.now() })) throw refusal(owner, hub, self);
      const next = (owner?.fence ?? 0) + 1;
      database.run(
        'INSERT OR REPLACE INTO owners (hub, host, pid, started, since_ms, beat_ms, fence, released) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
        ...[hub, self.host, self.pid, self.started, clock.now(), clock.now(), next],
      );
      return next;
    },
    { durable: true },
  );
  const beat = () => database.run('UPDATE owners SET beat_ms = ? WHERE hub = ? AND fence = ?', clock.now(), hub, fence).changes === 1;
  const held = () => database.get('SELECT 1 FROM owners WHERE hub = ? AND fence = ? AND released = 0', hub, fence) !== undefined;
  return {
    fence,
    beat,
    held,
    async keep(signal) {
      while (!signal.aborted) {
        if (!beat()) return false;
        await clock.sleep(BEAT_MS, signal);
      }
      return true;
    },
    release: () => void database.run('UPDATE owners SET released = 1 WHERE hub = ? AND fence = ?', hub, fence),
  };
}

/** Who holds the hub now, or undefined. */
export function ownerOf(database: Database, hub: string, options: LockOptions): (Owner & { sinceMs: number }) | undefined {
  const { clock, self = thisProcess(), alive = isAlive } = options;
  const owner = database.get<OwnerRow>('SELECT * FROM owners WHERE hub = ?', hub);
  if (!owner || !holds(owner, { self, alive, nowMs: clock.now() })) return undefined;
  return { host: owner.host, pid: owner.pid, started: owner.started, sinceMs: owner.since_ms };
}

function holds(owner: OwnerRow, now: { self: Owner; alive: (owner: Owner) => boolean; nowMs: number }): boolean {
  if (owner.released) return false;
  if (owner.host === now.self.host) return now.alive(owner);
  return now.nowMs - owner.beat_ms < SILENT_MS;
}

function refusal(owner: OwnerRow, hub: string, self: Owner): UserError {
  const since = new Date(owner.since_ms).toISOString();
  const advice =
    owner.host === self.host ? `attach to it, stop it (kill ${owner.pid}), or choose another folder with --data` : 'stop it there first';
  return new UserError(
    `Cannot run the engine for hub "${hub}": another engine holds it (host ${owner.host}, pid ${owner.pid}, since ${since}); ${advice}`,
  );
}

export function thisProcess(): Owner {
  return { host: hostname(), pid: process.pid, started: startOf(process.pid) };
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  const started = startOf(owner.pid);
  return started === '' || owner.started === '' || started === owner.started;
}

/** Boot and start tick of a process (Linux), '' elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The command name in parentheses may hold spaces; field 22 is the 20th after it.
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}
