import { describe, expect, it } from 'vitest';
import { HANDLERS } from '../../../src/cli/handlers.js';
import { keyTable } from '../../../src/commands/key-table.js';
import { isKey, keyLabel } from '../../../src/commands/keys.js';
import {
  COMMANDS,
  cliCommands,
  commandById,
  commandByKey,
  footerCommands,
  helpCommands,
  paletteCommands,
} from '../../../src/commands/registry.js';
import { appRow, clusterRow, operation } from '../../support/rows.js';

describe('the registry', () => {
  it('gives each command one id', () => {
    expect(new Set(COMMANDS.map(({ id }) => id)).size).toBe(COMMANDS.length);
  });

  it('gives each key one meaning, whatever the scope', () => {
    const seen = new Map<string, string>();
    for (const { id, keys } of COMMANDS)
      for (const key of keys ?? []) {
        expect(seen.get(key), `${key} of ${id}`).toBeUndefined();
        seen.set(key, id);
      }
  });

  it('spells keys so that they can be read', () => {
    for (const { keys } of COMMANDS) for (const key of keys ?? []) expect(isKey(key), key).toBe(true);
    expect(['C-d', 'enter', 'gg', 'space', 'left', 'A'].map(keyLabel)).toEqual(['^d', 'Enter', 'gg', 'Space', '←', 'A']);
  });

  it('lets nothing that writes happen on a bare key without a dialog', () => {
    const context = { actor: 'ana', clusterOf: () => clusterRow('staging-eu') };
    const target = {
      app: appRow('a', { approval: { hash: 'h', reason: 'r' }, pinned: { operation: 1, skips: [] }, running: operation(1) }),
      cluster: clusterRow('c', { mode: 'observe' }),
    };
    const harmless = new Set(['refresh', 'notify-commit']);
    for (const command of COMMANDS) {
      const intent = command.intent?.(target, context);
      if (intent && !harmless.has(intent.kind) && command.keys) expect(command.dialog, command.id).toBe(true);
    }
    expect(commandById('app.delete')?.dialog).toBe(true);
    expect(commandById('app.sync')?.dialog).toBe(true);
  });

  it('has words that are all different, and a handler for each', () => {
    const words = cliCommands().map(({ cli }) => cli.words.join(' '));
    expect(new Set(words).size).toBe(words.length);
    expect(Object.keys(HANDLERS).sort()).toEqual(
      cliCommands()
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('has flags with one long and one short name each', () => {
    for (const { cli } of cliCommands()) {
      const names = cli.flags.flatMap(({ name, short }) => (short ? [name, short] : [name]));
      expect(new Set(names).size, cli.words.join(' ')).toBe(names.length);
      for (const [i, { many }] of cli.args.entries()) if (many) expect(i).toBe(cli.args.length - 1);
    }
  });

  it('says what each does in a sentence without a period', () => {
    for (const { id, description } of COMMANDS) expect(description, id).toMatch(/^[A-Z].*[^.\s]$/s);
  });

  it('finds by key and by scope', () => {
    expect(commandByKey('s')?.id).toBe('app.sync');
    expect(commandByKey('gg')?.id).toBe('move.top');
    expect(commandByKey('Q')).toBeUndefined();
    expect(footerCommands(['app']).map(({ id }) => id)).toEqual(['open', 'help', 'palette', 'app.sync', 'app.diff', 'app.history']);
    expect(helpCommands(['diff'])[0]?.scope).toBe('diff');
    expect(paletteCommands().map(({ id }) => id)).toContain('app.terminate-op');
  });
});

describe('refusals', () => {
  const context = (mode: 'act' | 'observe') => ({ actor: 'ana', clusterOf: () => clusterRow('staging-eu', { mode }) });
  const sync = commandById('app.sync');

  it.each([
    [{}, 'act', 'no application is chosen'],
    [{ app: appRow('a', { cluster: '', why: 'no cluster "x"' }) }, 'act', 'the destination cluster of a is not known: no cluster "x"'],
    [{ app: appRow('a') }, 'observe', 'staging-eu is only observed: `argosy act staging-eu` allows writing to it'],
    [{ app: appRow('a', { running: operation(7) }) }, 'act', 'operation #7 is running on a'],
  ] as const)('sync %#', (target, mode, reason) => {
    expect(sync?.refuse?.(target, context(mode))).toContain(reason);
  });

  it('lets what is possible happen', () => {
    expect(sync?.refuse?.({ app: appRow('a') }, context('act'))).toBeUndefined();
    expect(commandById('app.auto-sync')?.intent?.({ app: appRow('a', { syncPolicy: 'Auto' }) }, context('act'))).toEqual({
      kind: 'auto-sync',
      app: 'argocd/a',
      enabled: false,
      actor: 'ana',
    });
  });
});

describe('the key table', () => {
  it('is Markdown with every key', () => {
    const lines = keyTable().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^\| Key +\| What it does \|$/);
    for (const { keys, id } of COMMANDS)
      if (!id.startsWith('page.')) for (const key of keys ?? []) expect(keyTable(), id).toContain(`\`${keyLabel(key)}\``);
    expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([4]));
  });
});
