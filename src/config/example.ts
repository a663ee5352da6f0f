// The complete commented configuration, as it lies beside this file (and beside the built program).
import { readFileSync } from 'node:fs';

export function exampleConfig(): string {
  return readFileSync(new URL('./argosy.example.yaml', import.meta.url), 'utf8');
}
