// Flags of `app sync` -> the operation that is asked for.
import type { Application, Operation, RetryStrategy, SyncRequest } from '../../domain/application.js';
import { UserError } from '../../domain/problem.js';
import type { Invocation } from '../invocation.js';

/** What `.operation` of the application would be. Options that were not given are left to spec.syncPolicy. */
export function syncOperation(invocation: Invocation, app: Application, actor: string): Operation {
  const options = [
    ...(invocation.on('replace') ? ['Replace=true'] : []),
    ...(invocation.on('server-side') ? ['ServerSideApply=true'] : []),
    ...(invocation.on('apply-out-of-sync-only') ? ['ApplyOutOfSyncOnly=true'] : []),
  ];
  const revision = invocation.text('revision');
  const resources = selectedResources(app, invocation.list('resource'));
  const sync: SyncRequest = {
    ...(revision === undefined ? {} : { revision }),
    ...(invocation.on('prune') ? { prune: true } : {}),
    ...(invocation.on('dry-run') ? { dryRun: true } : {}),
    ...strategy(invocation),
    ...(options.length > 0 ? { syncOptions: options } : {}),
    ...(resources ? { resources } : {}),
  };
  const info = Object.entries(invocation.pairs('info')).map(([name, value]) => ({ name, value }));
  const retry = retryOf(invocation);
  return { sync, initiatedBy: { username: actor }, ...(info.length > 0 ? { info } : {}), ...(retry ? { retry } : {}) };
}

function strategy(invocation: Invocation): Pick<SyncRequest, 'syncStrategy'> {
  const force = invocation.on('force') ? { force: true } : {};
  if (invocation.text('strategy') === 'apply') return { syncStrategy: { apply: force } };
  return invocation.on('force') || invocation.text('strategy') === 'hook' ? { syncStrategy: { hook: force } } : {};
}

function retryOf(invocation: Invocation): RetryStrategy | undefined {
  const limit = invocation.number('retry-limit');
  if (limit === undefined || limit === 0) return undefined;
  const seconds = (flag: string) => `${(invocation.number(flag) ?? 0) / 1000}s`;
  const factor = invocation.number('retry-backoff-factor') ?? 2;
  return { limit, backoff: { duration: seconds('retry-backoff-duration'), factor, maxDuration: seconds('retry-backoff-max-duration') } };
}

type Selected = NonNullable<SyncRequest['resources']>;

/**
 * '[!]GROUP:KIND:[NS/]NAME' against the application's own resources; an empty group is the core group, '*' is anything, and '!'
 * leaves out. undefined where nothing was chosen. Throws UserError where a choice matches nothing.
 */
export function selectedResources(app: Application, choices: readonly string[]): Selected | undefined {
  if (choices.length === 0) return undefined;
  const all = (app.status?.resources ?? []).filter(({ hook }) => !hook);
  const tests = choices.map((choice) => ({ choice, out: choice.startsWith('!'), test: resourceTest(choice) }));
  for (const { choice, test } of tests)
    if (!all.some(test))
      throw new UserError(`no resource of ${app.metadata.name} matches --resource ${choice}; \`argosy app resources\` shows them`);
  const wanted = tests.filter(({ out }) => !out);
  const left = tests.filter(({ out }) => out);
  return all
    .filter((resource) => (wanted.length === 0 || wanted.some(({ test }) => test(resource))) && !left.some(({ test }) => test(resource)))
    .map(({ group = '', kind, namespace, name }) => ({ group, kind, name, ...(namespace ? { namespace } : {}) }));
}

type Resource = { group?: string; kind: string; namespace?: string; name: string };

/** Whether a resource is meant by the text, whatever '!' stands before it. */
export function resourceTest(choice: string): (resource: Resource) => boolean {
  const [group, kind, path, ...more] = choice.replace(/^!/, '').split(':');
  if (group === undefined || kind === undefined || path === undefined || kind === '' || path === '' || more.length > 0)
    throw new UserError(`cannot use --resource ${choice}: write it as GROUP:KIND:NAME or GROUP:KIND:NAMESPACE/NAME`);
  const slash = path.indexOf('/');
  const [namespace, name] = slash < 0 ? ['*', path] : [path.slice(0, slash), path.slice(slash + 1)];
  const is = (pattern: string, value: string) => pattern === '*' || pattern === value;
  return (resource) =>
    is(group, resource.group ?? '') && is(kind, resource.kind) && is(namespace, resource.namespace ?? '') && is(name, resource.name);
}
