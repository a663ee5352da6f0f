// Brings a target together with what is known to be live, and compares. No request is sent here.

import { compareOptions } from '../core/compare/compare-options.js';
import type { DryRuns } from '../core/compare/server-diff.js';
import { compare } from '../core/compare.js';
import type { JqAnswers, JqNeed } from '../core/diff/jq-needs.js';
import { instanceName } from '../core/manifest/tracking.js';
import { sameJson } from '../core/merge/record.js';
import { permitsResource } from '../core/project/permissions.js';
import { projectProblems } from '../core/project/project-problems.js';
import { optionsOf } from '../core/sync/options.js';
import type { Comparison } from '../domain/comparison.js';
import type { Problem } from '../domain/problem.js';
import { type Manifest, type ResourceId, refOf, resourceId } from '../domain/resource.js';
import type { AppState, Target } from './app-state.js';
import type { Destination } from './destination.js';
import type { World } from './world.js';

/** Live objects of an application: those that its marks name, and those that its targets name. */
export function liveOf(world: World, state: AppState, target: Target | undefined, destination: Destination): Map<ResourceId, Manifest> {
  const found = new Map<ResourceId, Manifest>();
  const instance = instanceName(state.app.metadata, world.options.controlNamespace);
  for (const key of destination.clusters) {
    const live = world.lives.get(key);
    if (!live) continue;
    for (const id of live.index.ofApp(instance)) {
      const object = live.index.get(id);
      if (object && destination.route(refOf(object)) === key) found.set(id, object);
    }
  }
  for (const manifest of target?.manifests ?? []) {
    const ref = refOf(manifest);
    const place = destination.route(ref);
    const id = resourceId(ref);
    const object = typeof place === 'string' ? world.lives.get(place)?.index.get(id) : undefined;
    if (object) found.set(id, object);
  }
  return found;
}

/** Everything that a comparison depends on. */
export interface Fingerprint {
  readonly targetHash: string;
  readonly settingsVersion: number;
  readonly rest: readonly unknown[];
  /** Live objects with their uid and version. */
  readonly seen: ReadonlyMap<ResourceId, string>;
}

export function fingerprintOf(world: World, state: AppState, target: Target, live: ReadonlyMap<ResourceId, Manifest>): Fingerprint {
  const seen = new Map<ResourceId, string>();
  for (const [id, { metadata }] of live) seen.set(id, `${metadata.uid} ${metadata.resourceVersion}`);
  const rest = [target.revisions, state.app.spec, target.problems, state.specProblems, compareOptions(state.app)];
  return { targetHash: target.hash, settingsVersion: world.settingsVersion, rest, seen };
}

/** Equal fingerprints mean that a comparison would say the same again. */
export function sameFingerprint(a: Fingerprint, b: Fingerprint | undefined): boolean {
  if (b === undefined || a.targetHash !== b.targetHash || a.settingsVersion !== b.settingsVersion || a.seen.size !== b.seen.size)
    return false;
  for (const [id, version] of a.seen) if (b.seen.get(id) !== version) return false;
  return sameJson(a.rest, b.rest);
}

export interface CompareRequest {
  readonly state: AppState;
  readonly target: Target;
  readonly destination: Destination;
  readonly live: ReadonlyMap<ResourceId, Manifest>;
  /** Another place than the sources for what is wrong: refused routes. */
  readonly problems?: readonly Problem[];
  /** Ask the servers, whatever the application says. */
  readonly serverSide?: boolean;
}

const ROUNDS = 12;

interface Asked {
  readonly jq: JqAnswers;
  readonly dryRuns: DryRuns | undefined;
}

/** Compares; what needs a script is asked of the core first, and known from then on for these very objects. */
export async function compareApp(world: World, request: CompareRequest): Promise<Comparison> {
  await world.health.prepare(request.live.values());
  const problems: Problem[] = [...(request.problems ?? [])];
  for (let round = 1; ; round++) {
    // One program works on what the one before it has left: each round may open the next question.
    const needs: JqNeed[] = [];
    const dryRuns = world.dryRuns.of(request.destination, request.serverSide === true);
    const comparison = compareOnce(world, { ...request, problems }, { jq: { answers: world.jq.answers, needs }, dryRuns });
    const open = needs.length + (dryRuns?.needs.length ?? 0);
    if (open === 0 || round === ROUNDS) return comparison;
    problems.push(...(await world.jq.answer(needs)), ...(await world.dryRuns.answer(dryRuns?.needs ?? [], request.destination)));
  }
}

function compareOnce(
  world: World,
  { state, target, destination, live, problems = [] }: CompareRequest,
  { jq, dryRuns }: Asked,
): Comparison {
  const project = world.project(state);
  const refused = new Set<string>();
  for (const manifest of target.manifests) {
    const place = destination.route(refOf(manifest));
    if (typeof place !== 'string') refused.add(place.refused);
  }
  return compare({
    app: state.app,
    revisions: target.revisions,
    sources: target.sources,
    targets: target.manifests,
    live,
    typesFor: (ref) => {
      const place = destination.route(ref);
      return typeof place === 'string' ? world.lives.get(place)?.types : undefined;
    },
    settings: world.settings,
    problems: [
      ...state.specProblems,
      ...projectProblems({
        app: state.app,
        project,
        destination: where(state, destination),
        controlNamespace: world.options.controlNamespace,
      }),
      ...target.problems,
      ...problems,
      ...[...refused].map((message): Problem => ({ type: 'InvalidSpecError', message })),
    ],
    targetHash: target.hash,
    nowMs: world.now(),
    controlNamespace: world.options.controlNamespace,
    healthOf: (object) => world.health.healthOf(object),
    jq,
    ...(dryRuns ? { dryRuns } : {}),
    permitted: (ref) =>
      !project ||
      permitsResource(project, ref, { name: destination.cluster.key, server: destination.cluster.server, namespace: ref.namespace }),
    serverSideApply: optionsOf(state.app.spec.syncPolicy?.syncOptions).get('ServerSideApply') !== 'false',
  });
}

/** The application's own destination, as its project's rules see it. */
function where(state: AppState, { cluster }: Destination) {
  return { name: cluster.key, server: cluster.server, namespace: state.app.spec.destination.namespace ?? '' };
}
