// `argosy appset create` and `argosy appset delete`.
import { policyOf } from '../../core/expand/set-plan.js';
import { stableJson } from '../../core/hash.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import { refOf } from '../../domain/resource.js';
import type { Session } from '../session.js';
import { controlObjects, foundByName } from './named-object.js';
import { inFleet, readSet } from './set-file.js';
import { printGenerated } from './set-generate.js';

export async function applicationSetCreate(session: Session): Promise<number> {
  const { invocation, io } = session;
  for (const file of invocation.args) {
    const set = await readSet(session, file);
    const existing = (await controlObjects(session, 'ApplicationSet')).find(
      ({ metadata }) => metadata.name === set.metadata.name && metadata.namespace === set.metadata.namespace,
    );
    const same = existing !== undefined && says(existing) === says(set);
    if (existing && !same && !invocation.on('upsert'))
      throw new UserError(
        `existing ApplicationSet spec is different, use upsert flag to force update: ${set.metadata.name} exists already`,
      );
    const action = !existing ? 'created' : same ? 'unchanged' : 'updated';
    const dryRun = invocation.on('dry-run');
    if (dryRun) printGenerated(session, await inFleet(session, set));
    else if (!same) {
      const engine = await session.engine();
      await engine.request({ kind: 'put', manifest: set, how: existing ? 'upsert' : 'create', actor: session.actor });
    }
    io[dryRun ? 'err' : 'out'](`ApplicationSet '${set.metadata.name}' ${action}${dryRun ? ' (dry-run)' : ''}\n`);
  }
  return 0;
}

function says({ metadata, spec }: Manifest): string {
  return stableJson([spec, metadata.labels ?? {}, metadata.annotations ?? {}]);
}

export async function applicationSetDelete(session: Session): Promise<number> {
  const { invocation, io } = session;
  const sets = await controlObjects(session, 'ApplicationSet');
  let code = 0;
  for (const name of invocation.args) {
    const set = foundByName(sets, name, 'ApplicationSet');
    const keeps = !policyOf(set).deletes;
    const question = `Are you sure you want to delete '${name}' and ${keeps ? 'leave' : 'all'} its Applications?`;
    if (!(await session.confirm(question))) {
      io.out(`The command to delete '${name}' was cancelled.\n`);
      code = 1;
      continue;
    }
    const engine = await session.engine();
    await engine.request({ kind: 'remove', ref: refOf(set), actor: session.actor });
    io.out(`applicationset '${name}' deleted\n`);
  }
  return code;
}
