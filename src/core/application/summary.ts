// What status.summary says: the images in use and the addresses under which the application can be reached.
import type { Manifest } from '../../domain/resource.js';

const MAX_DEPTH = 12;

/** Sorted, unique images of all containers, found wherever a pod spec stands in the object. */
export function imagesOf(objects: readonly Manifest[]): string[] {
  const images = new Set<string>();
  for (const object of objects) if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') collectImages(object, images, 0);
  return [...images].sort();
}

function collectImages(value: unknown, images: Set<string>, depth: number): void {
  if (depth > MAX_DEPTH || value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) collectImages(item, images, depth + 1);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    if (key === 'containers' || key === 'initContainers') addContainers(child, images);
    else if (key !== 'metadata' && key !== 'status') collectImages(child, images, depth + 1);
  }
}

function addContainers(list: unknown, images: Set<string>): void {
  if (!Array.isArray(list)) return;
  for (const container of list) {
    const image = (container as { image?: unknown } | null)?.image;
    if (typeof image === 'string' && image !== '') images.add(image);
  }
}

/** Sorted, unique addresses of Ingresses, and of the annotation link.argocd.argoproj.io/external-link. */
export function urlsOf(objects: readonly Manifest[]): string[] {
  const urls = new Set<string>();
  for (const object of objects) {
    for (const [key, value] of Object.entries(object.metadata.annotations ?? {})) {
      const link = value.includes('|') ? value.slice(value.indexOf('|') + 1) : value;
      if (key.startsWith('link.argocd.argoproj.io/') && /^https?:\/\//.test(link)) urls.add(link);
    }
    if (object.kind === 'Ingress') for (const url of ingressUrls(object)) urls.add(url);
  }
  return [...urls].sort();
}

function ingressUrls(ingress: Manifest): string[] {
  const spec = ingress['spec'] as
    | { rules?: { host?: string; http?: { paths?: { path?: string }[] } }[]; tls?: { hosts?: string[] }[] }
    | undefined;
  const secure = new Set((spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? []));
  return (spec?.rules ?? []).flatMap(({ host, http }) =>
    host ? (http?.paths ?? [{}]).map(({ path }) => `${secure.has(host) ? 'https' : 'http'}://${host}${path ?? ''}`) : [],
  );
}
