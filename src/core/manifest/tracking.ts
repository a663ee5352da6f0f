// Marks on objects that say which application manages them (behaviour 2.4, "Tracking").
import type { AppKey } from '../../domain/application.js';
import { groupVersion, type Manifest, type ResourceKey, refOf } from '../../domain/resource.js';

export const TRACKING_ID = 'argocd.argoproj.io/tracking-id';
export const INSTALLATION_ID = 'argocd.argoproj.io/installation-id';
export const DEFAULT_INSTANCE_LABEL = 'app.kubernetes.io/instance';
/** The only label that is also written into pod templates, because old installations selected by it. */
const LEGACY_LABEL = 'applications.argoproj.io/app-name';
const MAX_LABEL_LENGTH = 63;

export type TrackingMethod = 'annotation' | 'label' | 'annotation+label';

/** From argocd-cm: application.resourceTrackingMethod, application.instanceLabelKey, installationID. */
export interface TrackingSettings {
  readonly trackingMethod: TrackingMethod;
  readonly instanceLabelKey: string;
  /** '' where the installation has no id. */
  readonly installationId: string;
}

export const DEFAULT_TRACKING: TrackingSettings = {
  trackingMethod: 'annotation',
  instanceLabelKey: DEFAULT_INSTANCE_LABEL,
  installationId: '',
};

export interface Owner {
  /** Instance name of the application: 'name', or 'namespace_name' outside the control namespace. */
  readonly app: string;
  /** The object that the mark names; by label it is the object itself. */
  readonly ref: ResourceKey;
  /** Whether the mark names this very object. Controllers copy annotations to what they create: such copies are nobody's. */
  readonly self: boolean;
}

/** How an application is called in marks: apps outside the control namespace carry theirs in front. */
export function instanceName(meta: { name: string; namespace?: string | undefined }, controlNamespace: string): string {
  const namespace = meta.namespace ?? '';
  return namespace === '' || namespace === controlNamespace ? meta.name : `${namespace}_${meta.name}`;
}

/** The application that an instance name means. */
export function appOfInstance(instance: string, controlNamespace: string): AppKey {
  const cut = instance.indexOf('_');
  return cut < 0 ? `${controlNamespace}/${instance}` : `${instance.slice(0, cut)}/${instance.slice(cut + 1)}`;
}

/** 'app:group/Kind:namespace/name'. Objects without a namespace carry the destination's, cluster-scoped ones too. */
export function trackingId(instance: string, key: ResourceKey, destinationNamespace: string): string {
  return `${instance}:${key.group}/${key.kind}:${key.namespace === '' ? destinationNamespace : key.namespace}/${key.name}`;
}

/** The parts of an id, or undefined where it is not one. Names may contain ':'. */
export function parseTrackingId(text: string): { readonly app: string; readonly ref: ResourceKey } | undefined {
  const match = /^([^:]*):([^:]*):(.*)$/s.exec(text);
  const kind = match?.[2]?.split('/');
  const object = match?.[3]?.split('/');
  if (match === null || kind?.length !== 2 || object?.length !== 2) return undefined;
  const [group = '', kindName = ''] = kind;
  const [namespace = '', name = ''] = object;
  return { app: match[1] ?? '', ref: { group, kind: kindName, namespace, name } };
}

/** Who manages an object according to its marks; undefined when nobody of this installation does. */
export function ownerOf(object: Manifest, settings: TrackingSettings): Owner | undefined {
  const key = refOf(object);
  if (settings.trackingMethod === 'label') {
    const app = object.metadata.labels?.[settings.instanceLabelKey];
    return typeof app === 'string' && app !== '' ? { app, ref: key, self: true } : undefined;
  }
  const annotations = object.metadata.annotations;
  const text = annotations?.[TRACKING_ID];
  if (typeof text !== 'string' || (annotations?.[INSTALLATION_ID] ?? '') !== settings.installationId) return undefined;
  const parsed = parseTrackingId(text);
  return parsed && { ...parsed, self: names(parsed.ref, key) };
}

function names(ref: ResourceKey, key: ResourceKey): boolean {
  const namespace = key.namespace === '' || ref.namespace === key.namespace;
  return namespace && ref.name === key.name && ref.kind === key.kind && ref.group === key.group;
}

/** The manifest with its marks. CustomResourceDefinitions get none: several applications often bring the same one. */
export function markManifest(
  manifest: Manifest,
  instance: string,
  options: { settings: TrackingSettings; destinationNamespace: string },
): Manifest {
  const { settings, destinationNamespace } = options;
  if (manifest.kind === 'CustomResourceDefinition' && groupVersion(manifest.apiVersion).group === 'apiextensions.k8s.io') return manifest;
  const annotations: Record<string, string> = { ...manifest.metadata.annotations };
  const labels: Record<string, string> = { ...manifest.metadata.labels };
  if (settings.installationId !== '') annotations[INSTALLATION_ID] = settings.installationId;
  if (settings.trackingMethod !== 'label') annotations[TRACKING_ID] = trackingId(instance, refOf(manifest), destinationNamespace);
  if (settings.trackingMethod === 'label') labels[settings.instanceLabelKey] = instance;
  if (settings.trackingMethod === 'annotation+label') labels[settings.instanceLabelKey] = labelValue(instance);
  const metadata = { ...manifest.metadata };
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  if (Object.keys(labels).length > 0) metadata.labels = labels;
  const marked = { ...manifest, metadata };
  const legacy = settings.trackingMethod !== 'annotation' && settings.instanceLabelKey === LEGACY_LABEL;
  return legacy ? withTemplateLabel(marked, labels[LEGACY_LABEL] ?? instance) : marked;
}

function labelValue(instance: string): string {
  return instance.length <= MAX_LABEL_LENGTH ? instance : instance.slice(0, MAX_LABEL_LENGTH).replace(/[^a-zA-Z0-9]+$/, '');
}

function withTemplateLabel(manifest: Manifest, value: string): Manifest {
  const spec = manifest['spec'] as { template?: { metadata?: { labels?: Record<string, string> } } } | undefined;
  if (!spec?.template || typeof spec.template !== 'object') return manifest;
  const labels = { ...spec.template.metadata?.labels, [LEGACY_LABEL]: value };
  return { ...manifest, spec: { ...spec, template: { ...spec.template, metadata: { ...spec.template.metadata, labels } } } };
}
