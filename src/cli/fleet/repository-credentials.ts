// `argosy repocreds list`: credentials for addresses that begin alike.
import type { Manifest } from '../../domain/resource.js';
import { type Column, table } from '../output/table.js';
import type { Session } from '../session.js';
import { hasSecretField, secretField, secretType } from './secret-fields.js';

export async function credentialsList(session: Session): Promise<number> {
  const { io, invocation } = session;
  const engine = await session.engine();
  const secrets = (await engine.inspect({ kind: 'objects', of: 'Secret' }, io.signal))
    .filter((secret) => secretType(secret) === 'repo-creds')
    .sort((a, b) => (secretField(a, 'url') < secretField(b, 'url') ? -1 : 1));
  if (session.printed(secrets.map(templateObject))) return 0;
  if (invocation.output() === 'url') io.out(secrets.map((secret) => `${secretField(secret, 'url')}\n`).join(''));
  else io.out(table(COLUMNS, secrets, io.colour));
  return 0;
}

const COLUMNS: readonly Column<Manifest>[] = [
  { header: 'URL PATTERN', cell: (secret) => secretField(secret, 'url') },
  { header: 'USERNAME', cell: (secret) => secretField(secret, 'username') || '-' },
  { header: 'SSH_CREDS', cell: (secret) => String(hasSecretField(secret, 'sshPrivateKey')) },
  { header: 'TLS_CREDS', cell: (secret) => String(hasSecretField(secret, 'tlsClientCertData')) },
];

function templateObject(secret: Manifest): object {
  const [username, type] = [secretField(secret, 'username'), secretField(secret, 'type')];
  return { url: secretField(secret, 'url'), ...(username ? { username } : {}), ...(type ? { type } : {}) };
}
