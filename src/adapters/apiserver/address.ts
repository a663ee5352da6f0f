// The path of a request, taken apart: '/apis/apps/v1/namespaces/shop/deployments/web/scale'.
import type { ApiKind } from '../../domain/resource.js';
import type { KindRegistry } from './kind-registry.js';

export interface Address {
  readonly api: ApiKind;
  readonly namespace: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** undefined where no such kind is served. */
export function addressOf(registry: KindRegistry, path: string): Address | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const core = parts[0] === 'api';
  const [group, version, ...rest] = core ? ['', ...parts.slice(1)] : parts.slice(1);
  if ((!core && parts[0] !== 'apis') || group === undefined || version === undefined) return undefined;
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && !(rest.length === 3 && isNamespaceSubresource(rest[2]));
  const [plural, name, subresource, ...more] = inNamespace ? rest.slice(2) : rest;
  if (plural === undefined || more.length > 0) return undefined;
  const api = registry.byPath(group, version, plural);
  if (!api || (inNamespace && !api.namespaced)) return undefined;
  return {
    api,
    namespace: inNamespace ? (rest[1] ?? '') : '',
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

function isNamespaceSubresource(text: string | undefined): boolean {
  return text === 'status' || text === 'finalize';
}
