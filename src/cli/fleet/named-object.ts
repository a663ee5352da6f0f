// One control object by name, with the nearest name where there is none.
import { nearest } from '../../core/nearest.js';
import { defaultProject } from '../../core/project/parse.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { Session } from '../session.js';

/** All objects of a kind, in the namespace of --app-namespace where it is given. */
export async function controlObjects(session: Session, kind: string): Promise<readonly Manifest[]> {
  const engine = await session.engine();
  const namespace = session.invocation.text('app-namespace');
  const found = await engine.inspect({ kind: 'objects', of: kind }, session.io.signal);
  const objects = kind === 'AppProject' ? withDefault(found, session.config.hub.namespace) : found;
  return objects.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
}

/** 'name' or 'namespace/name'. Throws UserError. */
export async function namedObject(session: Session, kind: string, noun: string): Promise<Manifest> {
  const wanted = session.invocation.arg(0);
  return foundByName(await controlObjects(session, kind), wanted, noun);
}

/** Throws UserError, with the nearest name. */
export function foundByName(objects: readonly Manifest[], wanted: string, noun: string): Manifest {
  const found = objects.find(({ metadata }) => metadata.name === wanted || `${metadata.namespace}/${metadata.name}` === wanted);
  if (found) return found;
  const meant = nearest(
    wanted,
    objects.map(({ metadata }) => metadata.name),
  );
  throw new UserError(`${noun} "${wanted}" not found${meant ? `; did you mean "${meant}"?` : ''}`);
}

/** The project `default` is there also where nobody wrote it. */
function withDefault(projects: readonly Manifest[], namespace: string): readonly Manifest[] {
  return projects.some(({ metadata }) => metadata.name === 'default') ? projects : [defaultProject(namespace), ...projects];
}
