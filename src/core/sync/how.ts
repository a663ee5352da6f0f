// How one object is written. Server-side apply is our default; the options that Argo CD knows change it.
import type { SyncRequest } from '../../domain/application.js';
import type { ApplyHow } from '../../domain/operation.js';
import type { Manifest } from '../../domain/resource.js';
import { effective, type Options } from './options.js';

export const FIELD_MANAGER = 'argocd-controller';

/** ServerSideApply=false: client-side; Replace=true: replace (with Force=true: delete and create); else server-side, taking conflicts over as Argo CD does. */
export function applyHow(input: { target: Manifest; live: Manifest | undefined; request: SyncRequest; options: Options }): ApplyHow {
  const value = (name: string) => effective(name, { target: input.target, live: input.live, app: input.options });
  const validate = value('Validate') !== 'false';
  const strategy = input.request.syncStrategy;
  const force = value('Force') === 'true' || strategy?.apply?.force === true || strategy?.hook?.force === true;
  if (value('Replace') === 'true') return { mode: 'replace', fieldManager: FIELD_MANAGER, validate, ...(force ? { force } : {}) };
  if (value('ServerSideApply') === 'false') return { mode: 'client-side', fieldManager: FIELD_MANAGER, validate };
  return { mode: 'server-side', fieldManager: FIELD_MANAGER, force: true, validate };
}
