// All commands. Keys, palette, footer, help screen, command line and the README's key table are derived from this list.
import { ADMIN } from './admin.js';
import { APPLICATION } from './application.js';
import type { Command, Scope } from './command.js';
import { FLEET } from './fleet.js';
import { MOVEMENT } from './movement.js';
import { PROGRAM } from './program.js';
import { SCREEN } from './screen.js';

export const COMMANDS: readonly Command[] = [...MOVEMENT, ...SCREEN, ...APPLICATION, ...FLEET, ...ADMIN, ...PROGRAM];

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]));
const BY_KEY = new Map(COMMANDS.flatMap((command) => (command.keys ?? []).map((key) => [key, command] as const)));

export function commandById(id: string): Command | undefined {
  return BY_ID.get(id);
}

/** The one command of a key; see keys.ts for the spelling. */
export function commandByKey(key: string): Command | undefined {
  return BY_KEY.get(key);
}

/** What the palette offers. */
export function paletteCommands(): readonly Command[] {
  return COMMANDS.filter((command) => command.palette);
}

/** What the footer shows where these scopes apply, in the order of the list. */
export function footerCommands(scopes: readonly Scope[]): readonly Command[] {
  return COMMANDS.filter((command) => command.hint !== undefined && (command.scope === 'global' || scopes.includes(command.scope)));
}

/** Commands with keys, for the help screen: those of these scopes first, then the global ones. */
export function helpCommands(scopes: readonly Scope[]): readonly Command[] {
  const keyed = COMMANDS.filter((command) => (command.keys?.length ?? 0) > 0);
  return [...keyed.filter(({ scope }) => scope !== 'global' && scopes.includes(scope)), ...keyed.filter(({ scope }) => scope === 'global')];
}

/** Every command of the command line. */
export function cliCommands(): readonly (Command & { readonly cli: NonNullable<Command['cli']> })[] {
  return COMMANDS.filter((command): command is Command & { cli: NonNullable<Command['cli']> } => command.cli !== undefined);
}
