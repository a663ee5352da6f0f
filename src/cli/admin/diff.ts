// `argosy admin diff`: the engine's comparison over files. What it prints is what the engine would decide.
import { parseApplication } from '../../core/application/parse.js';
import { compare } from '../../core/compare.js';
import { type JqAnswers, type JqNeed, jqId } from '../../core/diff/jq-needs.js';
import { resourceDiff } from '../../core/diff/resource-diff.js';
import { unified } from '../../core/diff/unified.js';
import { prepareTargets } from '../../core/manifest/prepare.js';
import { ownerOf, TRACKING_ID } from '../../core/manifest/tracking.js';
import { toYaml } from '../../core/manifest/yaml.js';
import { type ComparisonSettings, isExcluded } from '../../core/settings.js';
import { optionsOf } from '../../core/sync/options.js';
import type { Application } from '../../domain/application.js';
import type { ComparedResource, Comparison } from '../../domain/comparison.js';
import { type Problem, UserError } from '../../domain/problem.js';
import { type Manifest, refOf, resourceId } from '../../domain/resource.js';
import { jqDelete } from '../../domain/scripts.js';
import { CoreFailure } from '../../domain/wasm.js';
import type { Session } from '../session.js';
import { folderOf, objectOf, settingsOf } from './files.js';
import { judgeOf } from './health.js';

const NAMESPACE = 'argocd';

export async function adminDiff(session: Session): Promise<number> {
  const { invocation, io } = session;
  const { settings, problems } = await settingsOf(session);
  const { app, problems: mistakes } = parseApplication(await applicationOf(session));
  const targets = await folderOf(session, needed(session, 'target'));
  const live = await folderOf(session, needed(session, 'live'));
  const comparison = await compared(session, { app, settings, targets, live, problems: [...problems, ...mistakes] });
  const shown = view(comparison, settings);
  if (!session.printed(shown)) io.out(textOf(shown));
  return invocation.given('exit-code') === false || comparison.sync === 'Synced' ? 0 : 1;
}

async function applicationOf(session: Session): Promise<Manifest> {
  const file = needed(session, 'app');
  const app = await objectOf(session, file);
  if (app.kind !== 'Application') throw new UserError(`cannot use ${file}: it holds a ${app.kind}, not an Application`, { file });
  return { ...app, metadata: { ...app.metadata, namespace: app.metadata.namespace ?? NAMESPACE } };
}

function needed(session: Session, flag: string): string {
  const value = session.invocation.text(flag);
  if (value === undefined) throw new UserError(`say --${flag}: argosy admin diff --app APP.yaml --target DIR --live DIR`);
  return value;
}

interface Files {
  readonly app: Application;
  readonly settings: ComparisonSettings;
  readonly targets: readonly Manifest[];
  readonly live: readonly Manifest[];
  readonly problems: readonly Problem[];
}

async function compared(session: Session, { app, settings, targets, live, problems }: Files): Promise<Comparison> {
  const { types, kinds } = await session.ports.builtIn();
  const controlNamespace = app.metadata.namespace ?? NAMESPACE;
  const server = app.spec.destination.server ?? '';
  const excluded = (ref: ReturnType<typeof refOf>) => isExcluded(settings, ref, server);
  const prepared = prepareTargets({ app, manifests: targets, kinds, settings, controlNamespace, excluded });
  const seen = asTracked(live, prepared.targets, settings);
  const judge = await judgeOf(session.ports, settings, [...seen.values()]);
  const once = (jq: JqAnswers) =>
    compare({
      app,
      revisions: [],
      sources: [],
      targets: prepared.targets,
      live: seen,
      typesFor: () => types,
      settings,
      problems: [...problems, ...prepared.problems],
      targetHash: '',
      nowMs: session.ports.clock.now(),
      controlNamespace,
      healthOf: judge,
      jq,
      permitted: () => true,
      serverSideApply: optionsOf(app.spec.syncPolicy?.syncOptions).get('ServerSideApply') !== 'false',
    });
  const needs: JqNeed[] = [];
  const first = once({ answers: new Map(), needs });
  return needs.length === 0 ? first : once({ answers: await answersTo(session, needs), needs: [] });
}

/** Objects that were written down without any marks of an application count as marked: nobody asks files for what only a sync puts there. */
function asTracked(live: readonly Manifest[], targets: readonly Manifest[], settings: ComparisonSettings): ReadonlyMap<string, Manifest> {
  const byId = new Map(live.map((object) => [resourceId(refOf(object)), object]));
  if (live.some((object) => ownerOf(object, settings) !== undefined)) return byId;
  for (const { apiVersion, kind, metadata } of targets) {
    const id = resourceId(refOf({ apiVersion, kind, metadata }));
    const object = byId.get(id);
    const mark = metadata.annotations?.[TRACKING_ID];
    if (!object || mark === undefined) continue;
    byId.set(id, { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [TRACKING_ID]: mark } } });
  }
  return byId;
}

async function answersTo(session: Session, needs: readonly JqNeed[]): Promise<ReadonlyMap<string, unknown>> {
  return session.ports.withScripts(async (core) => {
    const answers = new Map<string, unknown>();
    for (const need of needs) {
      try {
        const { objects, errors } = await jqDelete(core, { expressions: [need.expression], objects: [need.object] });
        for (const { error } of errors) session.io.err(`argosy: jq ${need.expression}: ${error}; rule ignored\n`);
        answers.set(jqId(need), objects[0]);
      } catch (error) {
        if (!(error instanceof CoreFailure)) throw error;
        session.io.err(`argosy: jq ${need.expression}: ${error.message}; rule ignored\n`);
        answers.set(jqId(need), need.object);
      }
    }
    return answers;
  });
}

type View = ReturnType<typeof view>;

function view(comparison: Comparison, settings: ComparisonSettings) {
  return {
    sync: comparison.sync,
    health: { status: comparison.health, ...(comparison.healthMessage === undefined ? {} : { message: comparison.healthMessage }) },
    conditions: comparison.problems.map(({ type, message }) => ({ type, message })),
    resources: comparison.resources.map((resource) => resourceView(resource, settings)),
  };
}

function resourceView(resource: ComparedResource, settings: ComparisonSettings) {
  const { key, version, sync, health, change, hook, requiresPruning } = resource;
  const shown = change === 'none' ? undefined : resourceDiff(resource, settings);
  const yaml = (object: Manifest | undefined) => (object ? toYaml(object) : '');
  return {
    ...key,
    version,
    ...(sync ? { status: sync } : {}),
    ...(health ? { health } : {}),
    ...(hook ? { hook } : {}),
    ...(requiresPruning ? { requiresPruning } : {}),
    change,
    ...(shown
      ? { fields: shown.fields, diff: unified(yaml(shown.live), yaml(shown.target), { from: 'live', to: 'target' }).join('\n') }
      : {}),
  };
}

function textOf({ sync, health, conditions, resources }: View): string {
  const lines = [`Sync Status:    ${sync}`, `Health Status:  ${health.status}${health.message ? ` (${health.message})` : ''}`];
  for (const { type, message } of conditions) lines.push(`${type}: ${message}`);
  for (const { group, kind, namespace, name, status, health: own, diff } of resources) {
    lines.push('', `===== ${group}/${kind} ${namespace}/${name} ====== ${[status, own?.status].filter(Boolean).join(' ')}`);
    if (diff) lines.push(diff);
  }
  return `${lines.join('\n')}\n`;
}
