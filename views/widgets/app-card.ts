// One application in a few lines: state, why, revision, source, policy, what happened last.
import { shortAge } from '../../src/core/duration.js';
import type { AppRow, ClusterRow } from '../../src/domain/fleet.js';
import { GLYPH, healthState, phaseState, syncState } from '../state.js';
import type { Rect, Surface } from '../surface.js';
import { clip, clipMiddle, wrap } from '../text.js';
import { BOLD, type ColourName, style } from '../theme.js';
import { authorName, counted } from '../words.js';
import { type Run, runs } from './panel.js';

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly colour?: ColourName;
  /** Keep both ends when it is too long. */
  readonly middle?: boolean;
}

export interface CardInput {
  readonly row: AppRow;
  readonly cluster: ClusterRow | undefined;
  readonly nowMs: number;
}

export function appCard(surface: Surface, rect: Rect, input: CardInput): void {
  const { row, nowMs } = input;
  const limit = rect.x + rect.w;
  const end = rect.y + rect.h;
  let y = rect.y;
  if (y >= end) return;
  runs(surface, { x: rect.x, y: y++, limit }, verdict(row, nowMs));
  const most = rect.h > 12 ? 3 : 2;
  const why = row.why === '' ? [] : wrap(row.why, rect.w);
  why.slice(0, most).forEach((line, i) => {
    if (y < end)
      surface.text(
        rect.x,
        y++,
        i === most - 1 && why.length > most ? clip(`${line} ${why[most]}`, rect.w) : line,
        style(row.stale ? 'unk' : 'text'),
        limit,
      );
  });
  if (rect.h > 9 && y < end) y++;
  for (const { name, value, colour, middle } of facts(input)) {
    if (y >= end) return;
    surface.text(rect.x, y, name, style('dim'), limit);
    const room = rect.w - 10;
    surface.text(rect.x + 10, y++, middle ? clipMiddle(value, room) : clip(value, room), style(colour ?? 'text'), limit);
  }
}

/** Both states with their glyphs, and how old the verdict is. */
export function verdict(row: AppRow, nowMs: number): Run[] {
  const sync = row.stale === undefined ? syncState(row.sync) : 'unk';
  const health = row.stale === undefined ? healthState(row.health) : 'unk';
  const age = row.comparedAtMs === 0 ? 'never compared' : `seen ${shortAge(nowMs - row.comparedAtMs)} ago`;
  return [
    [`${GLYPH[health]} ${row.health}`, style(health, 'panel', BOLD)],
    ['  ', style('text')],
    [`${GLYPH[sync]} ${row.sync}`, style(sync, 'panel', BOLD)],
    [`  ${row.stale === undefined ? age : `stale, ${age}`}`, style(row.stale === undefined ? 'dim' : 'warn')],
  ];
}

function facts({ row, cluster, nowMs }: CardInput): Fact[] {
  const list: (Fact | undefined)[] = [
    running(row, nowMs),
    row.approval && { name: 'approval', value: `${row.approval.reason}: A`, colour: 'warn' },
    row.pinned && {
      name: 'pinned',
      value: `to #${row.pinned.operation}, skips ${row.pinned.skips.map((each) => each.slice(0, 7)).join(' ')}`,
      colour: 'warn',
    },
    row.gone ? { name: 'gone', value: 'missing from the fleet source', colour: 'warn' } : undefined,
    drift(row, nowMs),
    { name: 'changes', ...changes(row) },
    { name: 'revision', value: revision(row) },
    last(row, nowMs),
    row.last?.commit && { name: 'commit', value: `${row.last.commit.subject} (${authorName(row.last.commit.author)})` },
    { name: 'policy', value: policy(row) },
    { name: 'source', value: `${row.repo} ${row.path}`.trim(), middle: true },
    {
      name: 'cluster',
      value: `${row.cluster || 'unknown'}${cluster ? ` (${clusterNote(cluster)})` : ''}`,
      ...(cluster?.connection === 'unreachable' ? { colour: 'bad' as const } : {}),
    },
    { name: 'namespace', value: `${row.destinationNamespace || '-'} · project ${row.project}` },
    ...row.conditions.slice(0, 4).map(
      ({ type, message }): Fact => ({
        name: type.endsWith('Error') ? 'error' : 'warning',
        value: message,
        colour: type.endsWith('Error') ? 'bad' : 'warn',
      }),
    ),
  ];
  return list.filter((fact): fact is Fact => fact !== undefined);
}

function running({ running: operation }: AppRow, nowMs: number): Fact | undefined {
  if (!operation) return undefined;
  const { counts } = operation;
  return {
    name: 'running',
    value: `#${operation.id} ${counts.done}/${counts.total} ${shortAge(nowMs - operation.startedAtMs)} by ${operation.actor}`,
    colour: 'prog',
  };
}

function drift(row: AppRow, nowMs: number): Fact | undefined {
  if (!row.drift) return undefined;
  const heals = row.healAtMs === undefined ? '' : `, heals in ${shortAge(Math.max(0, row.healAtMs - nowMs))}`;
  const by = row.drift.by ? ` by ${row.drift.by}` : '';
  return { name: 'drift', value: `${row.drift.fields.join(', ')}${by} ${shortAge(nowMs - row.drift.sinceMs)} ago${heals}`, colour: 'warn' };
}

function changes({ changes: { create, update, prune }, resources }: AppRow): { value: string; colour?: ColourName } {
  if (create + update + prune === 0) return { value: `none in ${counted(resources, 'resource')}` };
  return { value: `~${update} +${create} -${prune} of ${counted(resources, 'resource')}`, colour: 'warn' };
}

export function revision(row: Pick<AppRow, 'revision' | 'targetRevision'>): string {
  return `${row.revision === '' ? '-' : row.revision.slice(0, 7)} ${row.targetRevision || 'HEAD'}`;
}

function last({ last: operation }: AppRow, nowMs: number): Fact {
  if (!operation) return { name: 'last sync', value: 'never' };
  const state = phaseState(operation.phase);
  const took = operation.finishedAtMs === undefined ? '' : ` in ${shortAge(operation.finishedAtMs - operation.startedAtMs)}`;
  const value = `${GLYPH[state]} ${shortAge(nowMs - (operation.finishedAtMs ?? operation.startedAtMs))} ago by ${operation.actor}${took}`;
  return { name: 'last sync', value, ...(state === 'bad' ? { colour: 'bad' as const } : {}) };
}

export function policy(row: Pick<AppRow, 'syncPolicy' | 'selfHeal'>): string {
  const words = { Auto: 'automated', 'Auto-Prune': 'automated, prunes', Manual: 'manual' }[row.syncPolicy] ?? row.syncPolicy;
  return row.selfHeal ? `${words}, self-heals` : words;
}

function clusterNote({ connection, mode, latencyMs }: ClusterRow): string {
  return [connection === 'live' ? `${Math.round(latencyMs)} ms` : connection, mode === 'observe' ? 'RO: only observed' : '']
    .filter(Boolean)
    .join(', ');
}
