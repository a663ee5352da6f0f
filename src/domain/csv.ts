// CSV for spreadsheets (RFC 4180).

/** Text that a spreadsheet would run as a formula gets a quote in front of it: commit subjects come from anybody. */
export function csvCell(value: unknown): string {
  const text = String(value);
  const inert = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

export function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
