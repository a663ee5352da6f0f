import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVault, openVault } from '../../../store/vault.js';
import { folder } from './support.js';

describe('vault', () => {
  it('makes a private key file once and uses it again', () => {
    const file = join(folder(), 'data', 'key');
    const sealed = openVault(file).seal('password', 'hub:a');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = readFileSync(file, 'utf8');
    expect(openVault(file).open(sealed, 'hub:a')).toBe('password');
    expect(readFileSync(file, 'utf8')).toBe(key);
    expect(sealed.includes(Buffer.from('password'))).toBe(false);
  });

  it('seals the same text differently each time, and marks it the same', () => {
    const vault = createVault(Buffer.alloc(32, 1), 'k');
    expect(vault.seal('a', 'c').equals(vault.seal('a', 'c'))).toBe(false);
    expect(vault.mark('a')).toBe(vault.mark(Buffer.from('a')));
    expect(vault.mark('a')).not.toBe(vault.mark('b'));
    expect(vault.mark('a')).not.toBe(createVault(Buffer.alloc(32, 2), 'k').mark('a'));
    expect(vault.mark('a')).toMatch(/^hmac:[0-9a-f]{64}$/);
  });

  it('opens nothing under another key, in another place, or after a change', () => {
    const vault = createVault(Buffer.alloc(32, 1), 'the key file');
    const sealed = vault.seal('a', 'hub:one');
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    expect(() => createVault(Buffer.alloc(32, 2), 'the key file').open(sealed, 'hub:one')).toThrow(
      /the key \(the key file\) is not the one/,
    );
    expect(() => vault.open(sealed, 'hub:two')).toThrow(/Cannot open the stored secret hub:two/);
    expect(() => vault.open(changed, 'hub:one')).toThrow();
    expect(() => vault.open(Buffer.alloc(3), 'hub:one')).toThrow(/Cannot open/);
  });

  it('takes the key from the environment, in base64 or hex, and writes no file then', () => {
    const file = join(folder(), 'key');
    const key = Buffer.alloc(32, 9);
    const sealed = openVault(file, { ARGOSY_KEY: key.toString('hex') }).seal('x', 'c');
    expect(openVault(file, { ARGOSY_KEY: key.toString('base64') }).open(sealed, 'c')).toBe('x');
    expect(() => statSync(file)).toThrow();
    expect(() => openVault(file, { ARGOSY_KEY: 'hunter2' })).toThrow(/ARGOSY_KEY: it has to be 32 bytes/);
    expect(() => openVault(file, { ARGOSY_KEY: 'hunter2' })).not.toThrow(/hunter2/);
  });

  it('refuses a key file that others can read', () => {
    const file = join(folder(), 'key');
    writeFileSync(file, Buffer.alloc(32, 9).toString('base64'));
    chmodSync(file, 0o644);
    expect(() => openVault(file)).toThrow(/others may read it; run chmod 600/);
  });
});
