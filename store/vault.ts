// Keeps secrets unreadable at rest: AES-256-GCM for objects that have to come back, HMAC for values that only have to be
// compared. The key lies outside the database, in a file that only its owner can read, or in the environment.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { IoError, UserError } from '../src/domain/problem.js';

export interface Vault {
  /** `context` names the place of the text and has to be the same when it is opened. */
  seal(text: string, context: string): Buffer;
  /** Throws IoError where the key is another one, or the bytes were changed. */
  open(sealed: Buffer, context: string): string;
  /** 'hmac:' and 64 hex digits: equal for equal bytes under one key. */
  mark(value: Buffer | string): string;
}

export const KEY_VARIABLE = 'ARGOSY_KEY';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 1;

/** The key of the environment, else of the file, which is made when it is missing. */
export function openVault(file: string, env: Readonly<Record<string, string | undefined>> = {}): Vault {
  const given = env[KEY_VARIABLE];
  return given ? createVault(keyOf(given, `the environment variable ${KEY_VARIABLE}`), KEY_VARIABLE) : createVault(keyFromFile(file), file);
}

/** A vault over a key of 32 bytes. `origin` names the key in messages. */
export function createVault(key: Buffer, origin: string): Vault {
  const sealing = Buffer.from(hkdfSync('sha256', key, '', 'argosy seal', KEY_BYTES));
  const marking = Buffer.from(hkdfSync('sha256', key, '', 'argosy mark', KEY_BYTES));
  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([FORMAT]), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
      try {
        if (sealed[0] !== FORMAT) throw new Error('unknown format');
        const decipher = createDecipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(context)).setAuthTag(tag);
        const body = sealed.subarray(1 + NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new IoError(
          `Cannot open the stored secret ${context}: the key (${origin}) is not the one it was sealed with; restore that key`,
          {
            retry: 'never',
            cause: error,
          },
        );
      }
    },
    mark: (value) => `hmac:${createHmac('sha256', marking).update(value).digest('hex')}`,
  };
}

function keyFromFile(file: string): Buffer {
  try {
    if (!existsSync(file)) return createKeyFile(file);
    const mode = statSync(file).mode & 0o077;
    if (mode !== 0) throw new UserError(`Cannot use the key file ${file}: others may read it; run chmod 600 on it`, { file });
    return keyOf(readFileSync(file, 'utf8'), `the key file ${file}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Two processes may begin at once: the one that came second reads the key of the first.
    if ((error as { code?: string }).code === 'EEXIST') return keyOf(readFileSync(file, 'utf8'), `the key file ${file}`);
    throw new IoError(`Cannot read the key file ${file}: ${(error as Error).message}`, { retry: 'never', cause: error });
  }
}

function createKeyFile(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, `${key.toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return key;
}

function keyOf(text: string, what: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length !== KEY_BYTES) {
    throw new UserError(`Cannot use ${what}: it has to be 32 bytes in base64 or hex, as \`openssl rand -base64 32\` prints them`);
  }
  return key;
}
