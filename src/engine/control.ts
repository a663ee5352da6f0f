// The control objects: what the hub's live index says about Applications, projects, settings and Secrets becomes the engine's own state.
import { parseApplication } from '../core/application/parse.js';
import { parseProject } from '../core/project/parse.js';
import { CERTIFICATES, KNOWN_HOSTS } from '../core/repository/trust.js';
import { parseSettings } from '../core/settings.js';
import { ARGO_GROUP, appKey } from '../domain/application.js';
import { groupVersion, type Manifest } from '../domain/resource.js';
import { newAppState } from './app-state.js';
import { takeClusterSecret } from './cluster-secrets.js';
import { sameEssence } from './essence.js';
import type { IndexChange } from './live-index.js';
import { startRequested } from './requested.js';
import { REFRESH } from './status-writer.js';
import { concernsWebhooks, tellWebhookSettings } from './webhook.js';
import type { World } from './world.js';

const TRUSTED = new Set([KNOWN_HOSTS, CERTIFICATES]);
const SECRET_TYPE = 'argocd.argoproj.io/secret-type';

/** Takes over one change of the hub. */
export function takeControl(world: World, { before, after }: IndexChange): void {
  const object = after ?? before;
  if (!object) return;
  const { group } = groupVersion(object.apiVersion);
  const own = object.metadata.namespace === world.options.controlNamespace;
  const kind = `${group}/${object.kind}`;
  if (kind === `${ARGO_GROUP}/Application`) takeApplication(world, before, after);
  else if (kind === `${ARGO_GROUP}/ApplicationSet`) world.sets?.changed(object, after);
  if (!own) return;
  if (group === '' && concernsWebhooks(object)) tellWebhookSettings(world);
  if (kind === `${ARGO_GROUP}/AppProject`) takeProject(world, object, after);
  else if (kind === '/Secret') takeSecret(world, before, after);
  else if (kind === '/ConfigMap' && object.metadata.name === 'argocd-cm') takeSettings(world, after);
  else if (kind === '/ConfigMap' && TRUSTED.has(object.metadata.name)) takeRepositories(world);
}

function takeApplication(world: World, before: Manifest | undefined, after: Manifest | undefined): void {
  const key = appKey((after ?? before)?.metadata ?? { name: '' });
  if (!after) {
    world.apps.delete(key);
    world.drifts.forget(key);
    world.queue.forget(key);
    world.store.removed(key);
    return;
  }
  const { app, problems } = parseApplication(after);
  const state = world.apps.get(key) ?? newAppState(key, app, after);
  const known = world.apps.has(key);
  state.app = app;
  state.object = after;
  state.specProblems = problems;
  if (!known) {
    world.apps.set(key, state);
    const pin = world.options.history.pins().find((each) => each.app === key);
    if (pin) state.pin = pin;
    const [last] = world.options.history.find({ app: key, limit: 1, dryRuns: false });
    if (last) state.last = last;
    world.store.refresh(state);
  }
  const refresh = after.metadata.annotations?.[REFRESH];
  if (refresh !== undefined && before?.metadata.annotations?.[REFRESH] !== refresh)
    state.refresh = { hard: refresh === 'hard', askedAtMs: world.now() };
  if (app.operation) startRequested(world, state);
  if (!known || !before || asksForWork(before, after)) world.queue.add(key);
}

/** A change of status or bookkeeping alone needs no new run. */
function asksForWork(before: Manifest, after: Manifest): boolean {
  return !sameEssence(before, after);
}

function takeProject(world: World, object: Manifest, after: Manifest | undefined): void {
  if (after) world.projects.set(object.metadata.name, parseProject(after).project);
  else world.projects.delete(object.metadata.name);
  const isGlobal = world.settings.globalProjects.some(({ projectName }) => projectName === object.metadata.name);
  again(world, (name) => isGlobal || name === object.metadata.name);
}

function takeSettings(world: World, after: Manifest | undefined): void {
  const { settings, problems } = parseSettings((after?.['data'] ?? {}) as Record<string, string>);
  world.settings = settings;
  for (const live of world.lives.values()) live.index.retrack(settings);
  for (const { message } of problems) world.store.notice('warning', `argocd-cm: ${message}`);
  again(world, () => true);
}

/** Applications are compared again, those of the projects that are meant. */
function again(world: World, concerns: (project: string) => boolean): void {
  world.settingsVersion++;
  for (const state of world.apps.values()) if (concerns(state.app.spec.project || 'default')) world.queue.add(state.key);
}

function takeSecret(world: World, before: Manifest | undefined, after: Manifest | undefined): void {
  const type = (after ?? before)?.metadata.labels?.[SECRET_TYPE];
  if (type === 'cluster') takeClusterSecret(world, before, after);
  if (type === 'repository' || type === 'repo-creds') {
    takeRepositories(world);
  }
}

/** How repositories are reached: every application looks again. */
function takeRepositories(world: World): void {
  const own = (kind: string) =>
    world.hub.index.ofKind('', kind).filter(({ metadata }) => metadata.namespace === world.options.controlNamespace);
  world.options.onRepositories?.({
    secrets: own('Secret').filter(({ metadata }) => /^repo/.test(metadata.labels?.[SECRET_TYPE] ?? '')),
    configMaps: own('ConfigMap').filter(({ metadata }) => TRUSTED.has(metadata.name)),
  });
  again(world, () => true);
}
