// Crossplane: packages, and the resources of clouds that its providers manage. Messages are Argo CD's.
import type { Health } from '../../../domain/application.js';
import type { Manifest } from '../../../domain/resource.js';
import { at, conditionOf, conditionsOf, health } from '../read.js';
import type { Judge } from './rule.js';

function crossplanePackageHealth(object: Manifest): Health {
  if (at(object, 'status', 'conditions') === undefined) return health('Progressing', 'Waiting for provider to be installed');
  const of = (type: string) => conditionsOf(object).findLast((condition) => condition.type === type);
  const [installed, well] = [of('Installed'), of('Healthy')];
  const is = installed?.status === 'True' && well?.status === 'True';
  return health(is ? 'Healthy' : 'Degraded', `${installed?.reason ?? ''} ${well?.reason ?? ''}`.trim());
}

/** Managed resources of Crossplane: Ready and Synced together. */
export function crossplaneHealth(name?: string): Judge {
  return (object) => {
    const shown = name ?? object.kind;
    if (at(object, 'status', 'conditions') === undefined) return health('Progressing', `Waiting for ${shown} to be created`);
    const of = (type: string) => conditionsOf(object).findLast((condition) => condition.type === type);
    const [ready, synced] = [of('Ready'), of('Synced')];
    const [isReady, isSynced] = [ready?.status === 'True', synced?.status === 'True'];
    if (isReady && isSynced) return health('Healthy', ready?.reason);
    if (!isSynced && synced?.reason === 'ReconcilePaused') return health('Suspended', synced.reason);
    if (!isReady && isSynced) return health('Progressing', `Waiting for ${shown} to be available`);
    return health('Degraded', synced?.reason === 'ReconcileError' ? synced.message : '');
  };
}

/** A resource of a cloud, not a part of Crossplane itself: its provider says both. */
export function isManaged(object: Manifest): boolean {
  return conditionOf(object, 'Ready') !== undefined && conditionOf(object, 'Synced') !== undefined;
}

const AWS = 'iam/Role iam/Policy iam/RolePolicyAttachment s3/Bucket rds/DBInstance rds/DBCluster';

export const CROSSPLANE: Readonly<Record<string, Judge>> = {
  'pkg.crossplane.io/Provider': crossplanePackageHealth,
  'pkg.crossplane.io/Configuration': crossplanePackageHealth,
  'pkg.crossplane.io/Function': crossplanePackageHealth,
  'route53.aws.crossplane.io/ResourceRecordSet': crossplaneHealth('resourcrecordset'),
  'cloudfront.aws.crossplane.io/Distribution': crossplaneHealth('distribution'),
  ...Object.fromEntries(AWS.split(' ').map((name) => [name.replace('/', '.aws.crossplane.io/'), crossplaneHealth()])),
};
