// How keys are spelled: a printable character is itself; 'gg' is two in a row; 'C-d' is Control and d; all else has a name.

const NAMED: Readonly<Record<string, string>> = {
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  backtab: 'Shift-Tab',
  space: 'Space',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** The name of a key as people read it: '^d', 'Enter', 'gg'. */
export function keyLabel(key: string): string {
  if (key.startsWith('C-')) return `^${key.slice(2)}`;
  return NAMED[key] ?? key;
}

/** Whether the text is a key of the spelling above. */
export function isKey(key: string): boolean {
  return key in NAMED || /^C-[a-z]$/.test(key) || /^[!-~]$/.test(key) || /^[a-z]{2}$/.test(key);
}
