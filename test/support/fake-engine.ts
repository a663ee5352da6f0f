// An engine that answers from memory and remembers what it was asked for.
import type { Application } from '../../src/domain/application.js';
import type { Answer, Answers, EngineEvent, Intent, Query } from '../../src/domain/events.js';
import type { AppRow, ClusterRow, EngineActivity } from '../../src/domain/fleet.js';
import type { OperationDetail, OperationId, OperationSummary } from '../../src/domain/operation.js';
import type { Engine } from '../../src/domain/ports.js';
import { NOW_MS } from './rows.js';

export const QUIET: EngineActivity = { queued: 0, reconciling: 0, operations: 0, due: 0, steady: true, waitsFor: [] };

export class FakeEngine implements Engine {
  rows: AppRow[] = [];
  clusters: ClusterRow[] = [];
  activity: EngineActivity = QUIET;
  readonly applications = new Map<string, Application>();
  readonly operations = new Map<OperationId, OperationDetail>();
  /** Answers of the other queries by their kind. */
  answers: Partial<Answers> = {};
  readonly intents: Intent[] = [];
  readonly queries: Query[] = [];
  /** What a request does and answers. */
  onRequest: (intent: Intent) => OperationId | undefined | Promise<OperationId | undefined> = () => undefined;
  onRun: (signal: AbortSignal) => Promise<void> = (signal) => new Promise((end) => signal.addEventListener('abort', () => end()));
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  run(signal: AbortSignal): Promise<void> {
    return this.onRun(signal);
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    listener({ kind: 'snapshot', atMs: NOW_MS, apps: this.rows, clusters: this.clusters, activity: this.activity, fleet: 'test' });
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  emit(event: EngineEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Changes a row and says so. */
  change(key: string, more: Partial<AppRow>): void {
    this.rows = this.rows.map((row) => (row.key === key ? { ...row, ...more } : row));
    const row = this.rows.find((one) => one.key === key);
    if (row) this.emit({ kind: 'app.changed', atMs: NOW_MS, row });
  }

  finish(detail: OperationDetail): void {
    this.operations.set(detail.id, detail);
    const operation: OperationSummary = detail;
    this.emit({ kind: 'operation.finished', atMs: NOW_MS, operation });
  }

  async request(intent: Intent): Promise<OperationId | undefined> {
    this.intents.push(intent);
    return this.onRequest(intent);
  }

  async inspect<K extends Query['kind']>(query: Extract<Query, { kind: K }>): Promise<Answer<K>> {
    this.queries.push(query);
    return this.#answer(query) as Answer<K>;
  }

  #answer(query: Query): unknown {
    if (query.kind === 'rows') return { apps: this.rows, clusters: this.clusters, activity: this.activity };
    if (query.kind === 'applications') return [...this.applications.values()];
    if (query.kind === 'application') return must(this.applications.get(query.app), `application ${query.app}`);
    if (query.kind === 'operation') return must(this.operations.get(query.id), `operation ${query.id}`);
    if (query.kind === 'objects') return (this.answers.objects ?? []).filter(({ kind }) => kind === query.of);
    return must(this.answers[query.kind], `an answer to ${query.kind}`);
  }
}

function must<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the test has no ${what}`);
  return value;
}
