import { describe, expect, it } from 'vitest';
import { normaliseArgv } from '../../../src/cli/argv.js';
import { parseArgv } from '../../../src/cli/parse.js';
import { cliCommands } from '../../../src/commands/registry.js';

function parsed(...argv: string[]) {
  const result = parseArgv(argv, 100);
  if (result.kind !== 'run') throw new Error(`not a command but ${result.kind}`);
  return result.invocation;
}

describe('a command line', () => {
  it('is a command with arguments and flags', () => {
    const sync = parsed('app', 'sync', 'a', 'b', '--prune', '--timeout', '90s', '--resource', ':Service:x', '--resource', '!apps:*:y');
    expect([sync.command, sync.args]).toEqual(['app.sync', ['a', 'b']]);
    expect([sync.on('prune'), sync.on('dry-run'), sync.number('timeout'), sync.list('resource')]).toEqual([
      true,
      false,
      90_000,
      [':Service:x', '!apps:*:y'],
    ]);
  });

  it.each([
    [['app', 'delete', 'a', '--cascade=false'], 'cascade', false],
    [['app', 'delete', 'a'], 'cascade', true],
    [['app', 'diff', 'a', '--exit-code=0'], 'exit-code', false],
    [['app', 'sync', 'a', '--prune=true'], 'prune', true],
    [['app', 'sync', 'a', '--prune=false'], 'prune', false],
  ])('%j takes booleans as Go programs do', (argv, flag, value) => {
    expect(parsed(...argv).given(flag)).toBe(value);
  });

  it('takes -o=json and -o json', () => {
    expect(parsed('app', 'list', '-o=json').output()).toBe('json');
    expect(parsed('app', 'list', '-o', 'yaml').output()).toBe('yaml');
    expect(parsed('app', 'list').output()).toBe('table');
  });

  it('leaves what follows -- alone', () => {
    expect(normaliseArgv(['app', 'get', '--', '--prune=false'], cliCommands())).toEqual(['app', 'get', '--', '--prune=false']);
  });

  it('takes the flags of every command before and after it; the later wins', () => {
    const list = parsed('--data', 'a', '--mode', 'observe', 'app', 'list', '--data', 'b', '--sandbox', 'x,y', '--sandbox', 'z');
    expect(list.globals).toEqual({ data: 'b', mode: 'observe', sandbox: ['x', 'y', 'z'] });
  });

  it('knows a repository to filter by from one to take from a path', () => {
    const list = parsed('app', 'list', '--repo', 'https://x', '--repo', 'https://y=/tmp/y', '--repo', 'https://z?a=b');
    expect(list.list('repo')).toEqual(['https://x', 'https://z?a=b']);
    expect(list.globals.repo).toEqual(['https://y=/tmp/y']);
  });

  it('gives sandbox serve its own --kubeconfig', () => {
    const serve = parsed('sandbox', 'serve', 'one', 'two', '--kubeconfig', 'out');
    expect([serve.args, serve.text('kubeconfig'), serve.globals]).toEqual([['one', 'two'], 'out', {}]);
  });

  it('is the screen without a command', () => {
    expect(parseArgv([], 80)).toEqual({ kind: 'screen', globals: {} });
    expect(parseArgv(['--fleet', '.'], 80)).toEqual({ kind: 'screen', globals: { fleet: '.' } });
  });

  it.each([
    ['app snc', 'unknown command "app snc"; did you mean "app sync"?'],
    ['ap list', 'unknown command "ap"; did you mean "app"?'],
    ['xyzzy', 'unknown command "xyzzy"; `argosy help` lists the commands'],
    ['app sync --prun', 'unknown flag --prun of `argosy app sync`; did you mean --prune?'],
    ['app get', "missing required argument 'APP'"],
    ['app get a b', "too many arguments for 'get'"],
    ['app list -o xml', 'Allowed choices are table, wide, json, yaml, name'],
    ['run --timeout soon', 'it is a time such as 90s or 5m'],
    ['app sync a --prune=maybe', 'cannot use --prune=maybe: it is true or false'],
    ['app sync a --retry-limit x', 'it is a whole number'],
  ])('argosy %s', (line, message) => {
    expect(() => parseArgv(line.split(' '), 100)).toThrow(message);
  });

  it.each([['--help'], ['-h'], ['app', '--help'], ['app'], ['app', 'sync', '--help']])('helps: %s %s', (...argv) => {
    const result = parseArgv(argv.filter(Boolean), 100);
    expect(result.kind === 'text' && result.text).toContain('Usage: argosy');
  });

  it('shows exit codes and examples of a command, and hides the --no- forms', () => {
    const result = parseArgv(['app', 'diff', '--help'], 100);
    const text = result.kind === 'text' ? result.text : '';
    expect(text).toContain('Exit code: 0 no difference, 1 a difference, 2 an error');
    expect(text).not.toContain('--no-exit-code');
  });
});
