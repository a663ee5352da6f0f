// `argosy appset generate FILE|NAME`: the Applications as they would be, without a fleet where the set needs none.

import type { Application, Source } from '../../domain/application.js';
import { isAutomated, sourcesOf } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Manifest } from '../../domain/resource.js';
import type { SetPreview } from '../../domain/sets.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { previewOfArgument } from './set-file.js';

export async function applicationSetGenerate(session: Session): Promise<number> {
  printGenerated(session, await previewOfArgument(session));
  return 0;
}

/** Throws UserError where a generator or a template failed; Applications that could not be written are printed, and said. */
export function printGenerated(session: Session, preview: SetPreview): void {
  const { io, invocation } = session;
  if (!preview.complete) throw new UserError(`unable to generate Applications of ApplicationSet: ${preview.problems[0] ?? ''}`);
  for (const problem of preview.problems) io.err(`argosy: ${problem}\n`);
  if (session.printed(preview.applications)) return;
  if (invocation.output() === 'name') io.out(preview.applications.map((app) => `${nameOf(app)}\n`).join(''));
  else io.out(table(invocation.output() === 'wide' ? [...COLUMNS, ...WIDE] : COLUMNS, preview.applications as Application[]));
}

function nameOf({ metadata }: Manifest): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

const COLUMNS: readonly Column<Application>[] = [
  { header: 'NAME', cell: nameOf },
  { header: 'CLUSTER', cell: ({ spec }) => spec.destination?.server || spec.destination?.name || '' },
  { header: 'NAMESPACE', cell: ({ spec }) => spec.destination?.namespace ?? '' },
  { header: 'PROJECT', cell: ({ spec }) => spec.project || 'default' },
  { header: 'STATUS', cell: () => '' },
  { header: 'HEALTH', cell: () => '' },
  { header: 'SYNCPOLICY', cell: policy },
  { header: 'CONDITIONS', cell: () => '<none>' },
];

const WIDE: readonly Column<Application>[] = [
  { header: 'REPO', cell: (app) => first(app)?.repoURL ?? '' },
  { header: 'PATH', cell: (app) => first(app)?.path ?? '' },
  { header: 'TARGET', cell: (app) => first(app)?.targetRevision ?? '' },
];

function first({ spec }: Application): Source | undefined {
  return sourcesOf(spec)[0];
}

function policy({ spec }: Application): string {
  if (!isAutomated(spec)) return 'Manual';
  return spec.syncPolicy?.automated?.prune ? 'Auto-Prune' : 'Auto';
}
