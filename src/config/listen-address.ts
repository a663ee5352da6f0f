// '127.0.0.1:9000', '[::1]:9000', or '9000' alone: where something listens. Without a host only this machine reaches it.

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** The address, or what is wrong with the text. */
export function listenAddress(text: string): ListenAddress | string {
  const match = /^(?:(?:\[([0-9a-fA-F:]+)\]|([^\s:[\]/]+)):)?(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (!match || port > 65_535) return `an address as 127.0.0.1:9000 is expected, not ${JSON.stringify(text)}`;
  return { host: match[1] ?? match[2] ?? '127.0.0.1', port };
}
