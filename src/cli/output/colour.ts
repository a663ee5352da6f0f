// Colours of states, only where io.colour says so. Red is for what is broken.

const CODES: Readonly<Record<string, string>> = {
  Synced: '32',
  Healthy: '32',
  Succeeded: '32',
  Successful: '32',
  live: '32',
  OutOfSync: '33',
  Missing: '33',
  stale: '33',
  Degraded: '31',
  Failed: '31',
  Error: '31',
  SyncFailed: '31',
  unreachable: '31',
  Progressing: '34',
  Running: '34',
  Terminating: '34',
  connecting: '34',
  Suspended: '35',
  Unknown: '90',
};

/** The text in the colour of a state's first word; as it is where the state has none. */
export function paintState(state: string, text: string): string {
  const code = CODES[/^[A-Za-z]+/.exec(state)?.[0] ?? ''];
  return code === undefined ? text : `\u001b[${code}m${text}\u001b[0m`;
}

/** A line of a unified diff. */
export function paintDiffLine(line: string): string {
  if (/^(---|\+\+\+) /.test(line)) return `\u001b[1m${line}\u001b[0m`;
  if (line.startsWith('@@')) return `\u001b[36m${line}\u001b[0m`;
  if (line.startsWith('+')) return `\u001b[32m${line}\u001b[0m`;
  if (line.startsWith('-')) return `\u001b[31m${line}\u001b[0m`;
  return line;
}
