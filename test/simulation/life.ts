// One life of an engine process. When it ends by a kill, nothing that it still had in hand happens any more: its requests are never
// answered, its sleeps never end, what it would have recorded is lost. What it wrote before stays.
import type { History } from '../../src/domain/history.js';
import type { Clock, KubeRequest, KubeResponse, KubeTransport, Renderer, Sources } from '../../src/domain/ports.js';
import { IoError } from '../../src/domain/problem.js';
import type { Chance } from './random.js';

const NEVER = <T>(): Promise<T> => new Promise<T>(() => undefined);

export class Life {
  alive = true;
  readonly end = new AbortController();
  /** After so many more writes it is killed; before or after the server has done the last of them. */
  dies?: { writes: number; readonly after: boolean };

  kill(): void {
    this.alive = false;
    this.end.abort();
  }

  /** Whether this write is the last, and when it dies. */
  writing(): 'before' | 'after' | undefined {
    if (!this.dies || --this.dies.writes > 0) return undefined;
    return this.dies.after ? 'after' : 'before';
  }
}

/** Trouble between the engine and one cluster. */
export interface Weather {
  /** How it is between the engine and the cluster, until somebody changes it. */
  kind: 'fair' | 'errors' | 'throttled' | 'lost answers' | 'down';
}

export interface Wire {
  readonly inner: KubeTransport;
  readonly weather: Weather;
  readonly chance: Chance;
  /** Sees every write of the engine before the server does. */
  readonly onWrite: (request: KubeRequest) => void;
}

export function transportOf(life: Life, wire: Wire): KubeTransport {
  const { inner, weather, chance } = wire;
  return {
    async request(request, signal): Promise<KubeResponse> {
      if (!life.alive) return NEVER();
      const isWrite = request.method !== 'GET' && request.query?.['dryRun'] === undefined;
      if (isWrite) wire.onWrite(request);
      const death = isWrite ? life.writing() : undefined;
      if (death === 'before') life.kill();
      if (!life.alive) return NEVER();
      const refusal = refused(weather, chance);
      if (refusal) return refusal;
      const answer = await inner.request(request, signal);
      if (death === 'after') life.kill();
      if (!life.alive) return NEVER();
      if (weather.kind === 'lost answers' && chance.oneIn(4))
        throw new IoError('the connection broke before the answer', { retry: 'backoff' });
      return answer;
    },
    async *stream(request, signal) {
      if (!life.alive) await NEVER();
      const isDown = (): boolean => weather.kind === 'down';
      if (isDown()) throw new IoError('cannot connect', { retry: 'backoff' });
      for await (const event of inner.stream(request, AbortSignal.any([signal, life.end.signal]))) {
        if (!life.alive) await NEVER();
        if (isDown() || (isBad(weather) && chance.oneIn(8))) throw new IoError('the stream broke', { retry: 'backoff' });
        yield event;
      }
      if (!life.alive) await NEVER();
    },
    close: () => inner.close(),
  };
}

function isBad({ kind }: Weather): boolean {
  return kind !== 'fair';
}

function refused({ kind }: Weather, chance: Chance): KubeResponse | undefined {
  const status = (code: number, reason: string, headers: Record<string, string> = {}): KubeResponse => ({
    status: code,
    headers,
    body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `the server says ${reason}` },
  });
  if (kind === 'down') throw new IoError('cannot connect', { retry: 'backoff' });
  if (kind === 'errors' && chance.oneIn(5)) return status(500, 'InternalError');
  if (kind === 'throttled' && chance.oneIn(3)) return status(429, 'TooManyRequests', { 'retry-after': '1' });
  return undefined;
}

export function clockOf(life: Life, clock: Clock): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      if (!life.alive) return NEVER();
      await clock.sleep(ms, signal);
      if (!life.alive) return NEVER();
    },
  };
}

/** A dead process records nothing. */
export function historyOf(life: Life, history: History, spy: Pick<History, 'begin' | 'intend' | 'finish'>): History {
  return {
    ...history,
    begin: (operation) => (life.alive ? spy.begin(operation) : 0),
    intend: (...args) => (life.alive ? spy.intend(...args) : undefined),
    outcome: (...args) => (life.alive ? history.outcome(...args) : undefined),
    finish: (...args) => (life.alive ? spy.finish(...args) : undefined),
    pin: (pin) => (life.alive ? history.pin(pin) : undefined),
    unpin: (app) => (life.alive ? history.unpin(app) : undefined),
    approve: (...args) => (life.alive ? history.approve(...args) : undefined),
    remember: (...args) => (life.alive ? history.remember(...args) : undefined),
  };
}

export function sourcesOf(life: Life, sources: Sources): Sources {
  return {
    ...sources,
    resolve: async (...args) => (life.alive ? sources.resolve(...args) : NEVER()),
    inProject: (project) => sourcesOf(life, sources.inProject(project)),
  };
}

export function rendererOf(life: Life, renderer: Renderer): Renderer {
  return { render: async (...args) => (life.alive ? renderer.render(...args) : NEVER()) };
}
