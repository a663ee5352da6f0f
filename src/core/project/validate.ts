// What is wrong with a project in itself (behaviour 2.6, "Validation errors").
import type { Project, SyncWindow } from '../../domain/project.js';
import { parseGoDuration } from '../duration.js';
import { stableJson } from '../hash.js';
import { parseSchedule } from './cron.js';

const MAX_DESCRIPTION = 255;

/** Sentences; none when the project is valid. */
export function validateProject(project: Project): string[] {
  const { destinations = [], sourceRepos = [], sourceNamespaces = [], roles = [], syncWindows = [] } = project.spec;
  const destinationKeys = destinations.map(({ server, name, namespace }) => `${server || name || ''}/${namespace ?? ''}`);
  return [
    ...forbidden(
      'server',
      destinations.map(({ server }) => server),
    ),
    ...forbidden(
      'name',
      destinations.map(({ name }) => name),
    ),
    ...forbidden(
      'namespace',
      destinations.map(({ namespace }) => namespace),
    ),
    ...repeated(destinationKeys).map((key) => `destination '${key}' already added`),
    ...forbidden('source repository', sourceRepos),
    ...repeated(sourceRepos).map((url) => `source repository '${url}' already added`),
    ...forbidden('source namespace', sourceNamespaces),
    ...repeated(sourceNamespaces).map((namespace) => `source namespace '${namespace}' already added`),
    ...repeated(roles.map(({ name }) => name)).map((name) => `role '${name}' already exists`),
    ...roles.flatMap(({ name, policies = [], groups = [] }) => [
      ...repeated(policies).map((policy) => `policy '${policy}' already exists for role '${name}'`),
      ...repeated(groups).map((group) => `group '${group}' already exists for role '${name}'`),
    ]),
    ...syncWindows.flatMap(windowProblems),
    ...repeated(syncWindows.map(windowIdentity)).map(
      () => 'a sync window with the same kind, schedule, duration and selectors was already added',
    ),
  ];
}

/** A pattern that denies everything would leave nothing to permit. */
function forbidden(what: string, patterns: readonly (string | undefined)[]): string[] {
  return patterns.includes('!*') ? [`${what} has an invalid format, '!*'`] : [];
}

/** Every value that occurs more than once, once. */
function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

function windowProblems(window: SyncWindow): string[] {
  const problems: string[] = [];
  const { kind, schedule = '', duration = '', description = '' } = window;
  if (kind !== 'allow' && kind !== 'deny') problems.push(`kind '${kind ?? ''}' mismatch: can only be allow or deny`);
  const read = parseSchedule(schedule);
  if (read.error !== undefined) problems.push(`cannot parse schedule '${schedule}': ${read.error}`);
  if (parseGoDuration(duration) === undefined) problems.push(`cannot parse duration '${duration}': it is written as in 1h30m`);
  const selectors = [window.applications, window.namespaces, window.clusters];
  if (selectors.every((list) => (list ?? []).length === 0)) {
    problems.push(`the sync window '${kind ?? ''} ${schedule} ${duration}' selects nothing: give applications, namespaces or clusters`);
  }
  if (description.length > MAX_DESCRIPTION) problems.push(`the description of a sync window has more than ${MAX_DESCRIPTION} characters`);
  return problems;
}

function windowIdentity(window: SyncWindow): string {
  const sorted = (list: readonly string[] | undefined) => [...(list ?? [])].sort();
  const { kind, schedule, duration, timeZone = '', andOperator = false } = window;
  return stableJson([
    kind,
    schedule,
    duration,
    timeZone,
    andOperator,
    sorted(window.applications),
    sorted(window.namespaces),
    sorted(window.clusters),
  ]);
}
