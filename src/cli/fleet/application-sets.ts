// `argosy appset list` and `argosy appset get`
import type { Source } from '../../domain/application.js';
import type { Manifest } from '../../domain/resource.js';
import { type Column, fields, table } from '../output/table.js';
import type { Session } from '../session.js';
import { controlObjects, namedObject } from './named-object.js';

interface SetSpec {
  readonly template?: { readonly spec?: { readonly project?: string; readonly source?: Source; readonly sources?: readonly Source[] } };
  readonly syncPolicy?: { readonly applicationsSync?: string; readonly preserveResourcesOnDeletion?: boolean };
}

interface SetCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export async function applicationSetList(session: Session): Promise<number> {
  const sets = await controlObjects(session, 'ApplicationSet');
  const form = session.invocation.output();
  if (session.printed(sets)) return 0;
  if (form === 'name') session.io.out(sets.map((set) => `${nameOf(set)}\n`).join(''));
  else session.io.out(table(form === 'wide' ? [...COLUMNS, ...WIDE] : COLUMNS, sets));
  return 0;
}

export async function applicationSetGet(session: Session): Promise<number> {
  const set = await namedObject(session, 'ApplicationSet', 'ApplicationSet');
  if (session.printed(set)) return 0;
  const { io } = session;
  if (session.invocation.output() === 'name') {
    io.out(`${nameOf(set)}\n`);
    return 0;
  }
  io.out(
    fields([
      ['Name', nameOf(set)],
      ['Project', projectOf(set)],
      ...sourcesOf(set).flatMap((source) => [
        ['Repo', source.repoURL] as const,
        ['Target', source.targetRevision ?? ''] as const,
        ['Path', source.path ?? source.chart ?? ''] as const,
      ]),
      ['SyncPolicy', policyOf(set)],
    ]),
  );
  io.out(
    `\n${table(
      [
        { header: 'CONDITION', cell: (condition) => condition.type },
        { header: 'STATUS', cell: (condition) => condition.status },
        { header: 'MESSAGE', cell: (condition) => condition.message ?? '' },
        { header: 'LAST TRANSITION', cell: (condition) => condition.lastTransitionTime ?? '' },
      ],
      conditionsOf(set),
    )}`,
  );
  return 0;
}

const COLUMNS: readonly Column<Manifest>[] = [
  { header: 'NAME', cell: nameOf },
  { header: 'PROJECT', cell: projectOf },
  { header: 'SYNCPOLICY', cell: policyOf },
  {
    header: 'CONDITIONS',
    cell: (set) =>
      conditionsOf(set)
        .map(({ type, status }) => `${type}=${status}`)
        .join(',') || '<none>',
  },
];

const WIDE: readonly Column<Manifest>[] = [
  { header: 'REPO', cell: (set) => sourcesOf(set)[0]?.repoURL ?? '' },
  { header: 'PATH', cell: (set) => sourcesOf(set)[0]?.path ?? '' },
  { header: 'TARGET', cell: (set) => sourcesOf(set)[0]?.targetRevision ?? '' },
];

function nameOf({ metadata }: Manifest): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}

function specOf(set: Manifest): SetSpec {
  return (set['spec'] ?? {}) as SetSpec;
}

function projectOf(set: Manifest): string {
  return specOf(set).template?.spec?.project || 'default';
}

function sourcesOf(set: Manifest): readonly Source[] {
  const spec = specOf(set).template?.spec;
  return spec?.sources && spec.sources.length > 0 ? spec.sources : spec?.source ? [spec.source] : [];
}

function policyOf(set: Manifest): string {
  const policy = specOf(set).syncPolicy;
  return policy?.applicationsSync ?? (policy?.preserveResourcesOnDeletion ? 'preserve resources' : 'nil');
}

function conditionsOf(set: Manifest): readonly SetCondition[] {
  return (set['status'] as { conditions?: readonly SetCondition[] } | undefined)?.conditions ?? [];
}
