import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { evaluateExpression, jqDelete, jqQuery } from '../../../src/domain/scripts.js';

const core = createScriptCore({ lightWorkers: 1 });
afterAll(() => core.close());

describe('deleting by jq', () => {
  it('removes what the expressions name, one after the other, from every object', async () => {
    const objects = [
      {
        spec: {
          replicas: 3,
          list: [
            { name: 'a', image: 'x' },
            { name: 'b', image: 'y' },
          ],
        },
      },
      { spec: { other: 1 }, list: null },
    ];
    const expressions = ['.spec.replicas', '.spec.list[]? | select(.name == "a") | .image', '.spec.list[]? | select(.image)'];
    expect(await jqDelete(core, { expressions, objects })).toEqual({
      objects: [{ spec: { list: [{ name: 'a' }] } }, { spec: { other: 1 }, list: null }],
      errors: [],
    });
  });

  it('goes on after an expression that fails, and says which on what', async () => {
    const answer = await jqDelete(core, { expressions: ['.a[', '.a | 1', 'empty', '.b'], objects: [{ a: 1, b: 2 }, { b: 3 }] });
    expect(answer.objects).toEqual([{ a: 1 }, {}]);
    expect(answer.errors).toEqual([
      { expression: '.a[', error: 'unexpected token ")"' },
      { expression: '.a | 1', object: 0, error: 'JQ patch returned error: invalid path against: number (1)' },
      { expression: '.a | 1', object: 1, error: 'JQ patch returned error: invalid path against: number (1)' },
    ]);
  });

  it('refuses an expression that gives several objects', async () => {
    const { errors, objects } = await jqDelete(core, { expressions: ['.a), (.b'], objects: [{ a: 1, b: 2 }] });
    expect(objects).toEqual([{ a: 1, b: 2 }]);
    expect(errors).toEqual([{ expression: '.a), (.b', object: 0, error: 'JQ patch returned multiple objects' }]);
  });
});

describe('asking by jq', () => {
  it('gives all outputs', async () => {
    expect(await jqQuery(core, { query: '.a[] | . + 1', input: { a: [1, 2.5] } })).toEqual([2, 3.5]);
    expect(await jqQuery(core, { query: 'empty', input: null })).toEqual([]);
    expect(await jqQuery(core, { query: 'null, false, env, $ENV', input: null })).toEqual([null, false, {}, {}]);
  });

  it('fails with the words of the query', async () => {
    await expect(jqQuery(core, { query: 'error("no")', input: null })).rejects.toThrow('error: no');
    await expect(jqQuery(core, { query: '.a.b', input: { a: 1 } })).rejects.toThrow('expected an object but got: number (1)');
  });
});

describe('expressions', () => {
  const value = (code: string, env = {}) => evaluateExpression(core, { code, env });

  it('are those of notification triggers', async () => {
    const app = { status: { sync: { status: 'Synced' }, operationState: { phase: 'Succeeded', startedAt: '2020-01-01T00:00:00Z' } } };
    expect(await value("app.status.operationState.phase in ['Succeeded'] and app.status.sync.status == 'Synced'", { app })).toBe(true);
    expect(await value('time.Now().Sub(time.Parse(app.status.operationState.startedAt)).Minutes() >= 5', { app })).toBe(true);
    expect(await value('time.Parse("2020-01-01T00:00:00Z").Add(time.Hour).Unix()')).toBe(1_577_840_400);
    expect(await value('strings.ToUpper(app.status.sync.status)', { app })).toBe('SYNCED');
    expect(await value('app.status?.health?.status', { app })).toBeNull();
  });

  it('loop over lists as ever, with variables inside', async () => {
    expect(await value('let l = [1, 2, 3]; map(filter(l, # > 1), {let b = #; map(1..2, # * b)})')).toEqual([
      [2, 4],
      [3, 6],
    ]);
    expect(
      await value('any(l, .n in ["a"]) and all(l, .n != "c") and len(filter(l, .n == "b")) == 1', { l: [{ n: 'a' }, { n: 'b' }] }),
    ).toBe(true);
    expect(await value('reduce(l, #acc + #, 10)', { l: [1, 2] })).toBe(13);
  });

  it('say what is wrong and where', async () => {
    await expect(value('1 +')).rejects.toThrow('unexpected token EOF (1:3)\n | 1 +\n | ..^');
    await expect(value('app.x.y == 1', { app: {} })).rejects.toThrow('cannot fetch y from <nil> (1:7)\n | app.x.y == 1\n | ......^');
    await expect(value('filter([1, 2], # + 1)')).rejects.toThrow('predicate should return boolean (got int)');
  });
});
