// Whom to believe at the other end of a connection, as Argo CD's ConfigMaps say it: argocd-ssh-known-hosts-cm and argocd-tls-certs-cm.
import type { Manifest } from '../../domain/resource.js';

export const KNOWN_HOSTS = 'argocd-ssh-known-hosts-cm';
export const CERTIFICATES = 'argocd-tls-certs-cm';

export interface Trust {
  /** Lines of a known_hosts file. They count beside the user's own. */
  readonly knownHosts: string;
  /** Host name -> certificates in PEM: these alone are believed for it. */
  readonly certificates: ReadonlyMap<string, string>;
}

export const NO_TRUST: Trust = { knownHosts: '', certificates: new Map() };

/** Reads both ConfigMaps, as far as they are among the objects. */
export function trustFrom(configMaps: readonly Manifest[]): Trust {
  const data = (name: string) =>
    (configMaps.find(({ metadata }) => metadata.name === name)?.['data'] ?? {}) as Readonly<Record<string, string>>;
  return { knownHosts: data(KNOWN_HOSTS)['ssh_known_hosts'] ?? '', certificates: new Map(Object.entries(data(CERTIFICATES))) };
}

/** The certificates for the host of a web address. */
export function certificatesFor(url: string, { certificates }: Trust): string | undefined {
  const host = /^https:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]+)/i.exec(url.trim())?.[1];
  return host === undefined ? undefined : certificates.get(host.toLowerCase());
}
