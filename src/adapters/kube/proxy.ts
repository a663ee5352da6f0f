// Which proxy stands before a server, as kubectl decides it: proxy-url of the kubeconfig, else HTTPS_PROXY and NO_PROXY.
import { BlockList, isIP } from 'node:net';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for a server; undefined = direct. Loopback is never sent through a proxy of the environment. */
export function proxyFor(server: string, configured: string | undefined, env: Environment): string | undefined {
  if (configured) return configured;
  const url = new URL(server);
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const proxy = names.map((name) => env[name]).find((value) => value);
  if (!proxy) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined;
  const exceptions = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((entry) => entry.trim());
  if (exceptions.some((entry) => entry !== '' && isException(entry.toLowerCase(), host.toLowerCase()))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** '*', an address, a CIDR, a domain (with its subdomains) or '.domain' (subdomains only). */
function isException(entry: string, host: string): boolean {
  if (entry === '*') return true;
  const [address = '', bits] = entry.split('/');
  if (bits !== undefined && isIP(address) && isIP(host)) return isWithin(host, address, Number(bits));
  const name = entry.replace(/:\d+$/, '').replace(/^\*/, '');
  return name.startsWith('.') ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isWithin(host: string, network: string, bits: number): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(host) !== isIP(network) || !(bits >= 0 && bits <= (family === 'ipv6' ? 128 : 32))) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(host, family);
}
