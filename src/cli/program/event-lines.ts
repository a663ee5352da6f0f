// What a headless engine says: one JSON object per line for machines, one sentence per line for people. Events that repeat what
// was said already are left out; an application is said again only when its verdict changed.

import { inertLine } from '../../core/inert.js';
import type { AppKey } from '../../domain/application.js';
import type { EngineEvent } from '../../domain/events.js';
import type { AppRow, ClusterKey, ClusterRow } from '../../domain/fleet.js';
import type { OperationSummary } from '../../domain/operation.js';
import { shortRevision } from '../app/list.js';
import { paintState } from '../output/colour.js';

export interface EventLine {
  readonly time: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Turns the stream into lines; remembers what was said of each application and cluster. */
export class EventLines {
  readonly #apps = new Map<AppKey, string>();
  readonly #clusters = new Map<ClusterKey, string>();

  /** The lines of one event; a snapshot gives one for each application and cluster. */
  take(event: EngineEvent): EventLine[] {
    const time = new Date(event.atMs).toISOString();
    switch (event.kind) {
      case 'snapshot':
        return [
          { time, event: 'started', fleet: event.fleet, applications: event.apps.length, clusters: event.clusters.length },
          ...event.clusters.flatMap((row) => this.#cluster(time, row)),
          ...event.apps.flatMap((row) => this.#app(time, row)),
        ];
      case 'app.changed':
        return this.#app(time, event.row);
      case 'app.removed':
        this.#apps.delete(event.app);
        return [{ time, event: 'app.removed', app: event.app }];
      case 'cluster.changed':
        return this.#cluster(time, event.row);
      case 'cluster.removed':
        this.#clusters.delete(event.cluster);
        return [{ time, event: 'cluster.removed', cluster: event.cluster }];
      case 'operation.started':
      case 'operation.finished':
        return [{ time, event: event.kind, ...operationFields(event.operation) }];
      case 'operation.progress':
        if (event.waitsFor === '') return [];
        return [{ time, event: event.kind, ...operationFields(event.operation), waitsFor: event.waitsFor }];
      case 'notice': {
        const { level, message, app, cluster } = event;
        return [{ time, event: 'notice', level, message, ...(app ? { app } : {}), ...(cluster ? { cluster } : {}) }];
      }
      case 'resource.changed':
      case 'activity':
        return [];
      default:
        event satisfies never;
        return [];
    }
  }

  #app(time: string, row: AppRow): EventLine[] {
    const verdict = {
      app: row.key,
      cluster: row.cluster,
      sync: row.sync,
      health: row.health,
      revision: row.revision,
      ...(row.stale === undefined ? {} : { stale: row.stale }),
      ...(row.approval ? { approval: row.approval } : {}),
      ...(row.conditions.length > 0 ? { conditions: row.conditions.map(({ type, message }) => ({ type, message })) } : {}),
    };
    if (!changed(this.#apps, row.key, verdict)) return [];
    const words = { ...(row.healthMessage ? { healthMessage: row.healthMessage } : {}), ...(row.why ? { why: row.why } : {}) };
    return [{ time, event: 'app', ...verdict, ...words }];
  }

  #cluster(time: string, row: ClusterRow): EventLine[] {
    const { key: cluster, server, mode, connection, message, version } = row;
    // While it connects its message counts what was read so far; only where that ends is said.
    const known = { cluster, server, mode, connection, message: connection === 'connecting' ? '' : message };
    return changed(this.#clusters, row.key, known) ? [{ time, event: 'cluster', ...known, message, version }] : [];
  }
}

function changed(said: Map<string, string>, key: string, fields: object): boolean {
  const text = JSON.stringify(fields);
  if (said.get(key) === text) return false;
  said.set(key, text);
  return true;
}

function operationFields(operation: OperationSummary): object {
  const { id, app, cluster, phase, message, trigger, actor, dryRun, revisions, counts, wave } = operation;
  return {
    operation: id,
    app,
    cluster,
    phase,
    message,
    trigger,
    actor,
    dryRun,
    revisions,
    counts,
    ...(wave === undefined ? {} : { wave }),
  };
}

/** A line for people: '12:00:01  app  argocd/orders @ staging-us  OutOfSync  Healthy  ...'. */
export function prettyLine(line: EventLine, colour: boolean): string {
  const time = line.time.slice(11, 19);
  const text = (field: string) => inertLine(String(line[field] ?? ''));
  const state = (field: string) => (colour ? paintState(text(field), text(field)) : text(field));
  const joined = (...parts: string[]) => [time, ...parts].filter((part) => part !== '').join('  ');
  switch (line.event) {
    case 'started':
      return joined(`fleet ${text('fleet')}: ${count(line['applications'], 'application')}, ${count(line['clusters'], 'cluster')}`);
    case 'app':
      return joined(
        `${text('app')} @ ${text('cluster') || '?'}`,
        state('sync'),
        state('health'),
        shortRevision(text('revision')),
        text('stale') || text('why'),
      );
    case 'cluster':
      return joined(`cluster ${text('cluster')}`, state('connection'), text('mode'), text('version'), text('message'));
    case 'operation.started':
      return joined(`${text('app')}: operation #${text('operation')} started`, `${text('trigger')} by ${text('actor')}`);
    case 'operation.progress':
      return joined(`${text('app')}: operation #${text('operation')}`, `waits for ${text('waitsFor')}`);
    case 'operation.finished':
      return joined(`${text('app')}: operation #${text('operation')}`, state('phase'), text('message'));
    case 'notice':
      return joined(text('level'), text('message'));
    default:
      return joined(line.event.replace('.', ' '), text('app') || text('cluster'));
  }
}

function count(n: unknown, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}
