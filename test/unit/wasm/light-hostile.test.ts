import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { evaluateExpression, jqDelete, jqQuery, luaHealth, renderTemplates, type ScriptLimits } from '../../../src/domain/scripts.js';
import type { CoreFailure } from '../../../src/domain/wasm.js';

const core = createScriptCore({ lightWorkers: 1 });
afterAll(() => core.close());

const lua = (script: string, limits?: ScriptLimits) => luaHealth(core, { script, obj: {}, useOpenLibs: true }, limits);
const template = (text: string, limits?: ScriptLimits) => renderTemplates(core, { texts: [text], params: [{}] }, limits);
const query = (text: string, limits?: ScriptLimits) => jqQuery(core, { query: text, input: null }, limits);
const expression = (code: string, limits?: ScriptLimits) => evaluateExpression(core, { code, env: {} }, limits);

const failure = (work: Promise<unknown>): Promise<CoreFailure> =>
  work.then(
    (answer) => Promise.reject(new Error(`it did not fail: ${JSON.stringify(answer)}`)),
    (error: CoreFailure) => error,
  );

/** The worker is the one that answered before, or one that took its place. */
const stillThere = async () => expect(await lua('return {status = "Healthy"}')).toEqual({ status: 'Healthy' });

const MS = 300;

describe('a script that never ends', () => {
  it.each([
    ['a Lua loop', () => lua('while true do end', { ms: MS }), '<string>:1: context deadline exceeded'],
    [
      'a Lua loop that catches its end',
      () => lua('while true do pcall(function() while true do end end) end', { ms: MS }),
      '<string>:1: context deadline exceeded',
    ],
    ['a coroutine', () => lua('coroutine.wrap(function() while true do end end)()', { ms: MS }), 'context deadline exceeded'],
    ['a silent template', () => template('{{ range $i := 1000000000 }}{{ end }}', { ms: MS }), 'the templates were not done within 300ms'],
    [
      'nested templates',
      () =>
        template(
          '{{ define "a" }}{{ range until 1000 }}{{ template "b" }}{{ end }}{{ end }}{{ define "b" }}{{ range until 1000000 }}{{ end }}{{ end }}{{ template "a" }}',
          { ms: MS },
        ),
      'the templates were not done within 300ms',
    ],
    ['a list of jq', () => query('[range(1e12)]', { ms: MS }), 'the query was not done within 300ms'],
    ['a recursion of jq', () => query('def f: f; f', { ms: MS }), 'the query was not done within 300ms'],
    ['a silent recursion of jq', () => query('[recurse(.)]', { ms: MS }), 'the query was not done within 300ms'],
    ['an expression', () => expression('let a = 1..99999; all(a, all(a, true))', { ms: MS }), 'the expression was not done within 300ms'],
  ])('%s ends at its deadline', async (_, work, words) => {
    const { reason, message } = await failure(work());
    expect(message).toContain(words);
    expect(reason).toBe('failed');
    await stillThere();
  });

  it('ends where jq deletes, with the name of the expression, and leaves the object', async () => {
    const { objects, errors } = await jqDelete(core, { expressions: ['recurse(.)', '.a'], objects: [{ a: 1, b: 2 }] }, { ms: MS });
    expect(objects).toEqual([{ b: 2 }]);
    expect(errors).toEqual([{ expression: 'recurse(.)', object: 0, error: 'JQ patch execution timed out (300ms)' }]);
  });

  it('is ended with its worker where nothing inside can stop it', async () => {
    const pattern = `return string.find(string.rep("a", 40), ${JSON.stringify(`${'a*'.repeat(30)}b`)})`;
    const call = core.call({ operation: 'lua.health', input: { script: pattern, obj: {}, useOpenLibs: true }, deadlineMs: 700 });
    const { reason, message } = await failure(call);
    expect(reason).toBe('deadline');
    expect(message).toBe('it was not done within 0.7 s, and was ended');
    await stillThere();
  });
});

describe('a script that eats memory', () => {
  it('is told so while it fills a table', async () => {
    const { reason, message } = await failure(lua('local t = {} while true do t[#t + 1] = {1, 2, 3} end', { ms: 30_000 }));
    expect(message).toBe('<string>:1: the script uses more than 128 MiB of memory');
    expect(reason).toBe('failed');
    await stillThere();
  });

  it.each([
    ['a doubling text in Lua', () => lua('local s = "xxxxxxxxxx" while true do s = s .. s end', { ms: 30_000 })],
    [
      'a doubling text in a template',
      () => template('{{ $x := "xxxxxxxxxxxxxxxx" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}', { ms: 30_000 }),
    ],
    ['a long list in a template', () => template('{{ range until 1000000000 }}{{ end }}', { ms: 30_000 })],
    ['a long text of jq', () => query('"x" * 1e9', { ms: 30_000 })],
  ])('costs its worker: %s', async (_, work) => {
    const { reason, message } = await failure(work());
    expect(reason).toBe('crashed');
    expect(message).toContain('out of memory');
    await stillThere();
  });

  it('is refused where one call asks for too much', async () => {
    expect((await failure(lua('return string.rep("x", 1e9)'))).message).toBe('<string>:1: resulting string too large');
    expect((await failure(expression('repeat("x", 100000000)'))).message).toContain('memory budget exceeded');
    expect((await failure(template('{{ range until 1000 }}{{ repeat 100000 "x" }}{{ end }}'))).message).toBe(
      'the templates write more than 16 MiB',
    );
    expect((await failure(query('[range(1e6)] | [., ., ., .]', { ms: 30_000 }))).message).toBe('the answer is larger than 16 MiB');
    await stillThere();
  });

  it('may recurse as deep as Lua lets it', async () => {
    expect((await failure(lua('local function f() return f() + 1 end f()'))).message).toContain('stack overflow');
    expect(await template('{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}')).toEqual([
      { error: expect.stringContaining('exceeded maximum template depth') },
    ]);
    await stillThere();
  });
});
