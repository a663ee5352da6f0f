// Is an object well? The kinds that Argo CD judges in code, message for message, and the custom kinds that people run most (behaviour 2.4).
import type { Health } from '../../domain/application.js';
import { groupVersion, type Manifest } from '../../domain/resource.js';
import { BY_CONVENTION, KNOWN } from './custom/by-data.js';
import { CROSSPLANE, crossplaneHealth, isManaged } from './custom/crossplane.js';
import { DELIVERY } from './custom/delivery.js';
import { PLATFORM } from './custom/platform.js';
import { autoscalerHealth } from './kinds/autoscaling.js';
import { jobHealth, workflowHealth } from './kinds/batch.js';
import { certificateHealth, issuerHealth } from './kinds/certificates.js';
import { apiServiceHealth, definitionHealth } from './kinds/definitions.js';
import { ingressHealth, serviceHealth } from './kinds/network.js';
import { podHealth } from './kinds/pod.js';
import { claimHealth } from './kinds/storage.js';
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './kinds/workloads.js';
import { health } from './read.js';

const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/** By 'group/Kind', whatever the version. */
const JUDGES: Readonly<Record<string, (object: Manifest) => Health>> = {
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  '/Pod': podHealth,
  '/Service': serviceHealth,
  '/PersistentVolumeClaim': claimHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  'extensions/Ingress': ingressHealth,
  'batch/Job': jobHealth,
  'autoscaling/HorizontalPodAutoscaler': autoscalerHealth,
  'apiregistration.k8s.io/APIService': apiServiceHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
  'argoproj.io/Workflow': workflowHealth,
  'cert-manager.io/Certificate': certificateHealth,
  'cert-manager.io/Issuer': issuerHealth,
  'cert-manager.io/ClusterIssuer': issuerHealth,
  ...BY_CONVENTION,
  ...KNOWN,
  ...DELIVERY,
  ...PLATFORM,
  ...CROSSPLANE,
};

/** Whatever a provider of Crossplane manages says it alike. */
const MANAGED = /\.(crossplane|upbound)\.io$/;

/** The health of a live object; undefined for kinds that have none, which then count for nothing. */
export function healthOf(object: Manifest): Health | undefined {
  const { deletionTimestamp, finalizers } = object.metadata;
  if (deletionTimestamp && !finalizers?.includes(HOOK_FINALIZER)) return health('Progressing', 'Pending deletion');
  const { group } = groupVersion(object.apiVersion);
  const id = `${group}/${object.kind}`;
  if (Object.hasOwn(JUDGES, id)) return JUDGES[id]?.(object);
  return MANAGED.test(group) && isManaged(object) ? crossplaneHealth()(object) : undefined;
}
