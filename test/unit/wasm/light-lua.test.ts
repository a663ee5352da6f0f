import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { luaAction, luaActions, luaHealth } from '../../../src/domain/scripts.js';

const core = createScriptCore({ lightWorkers: 1 });
afterAll(() => core.close());

const OBJECT = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a', labels: { x: 'y' } } };

const health = (script: string, obj: object = OBJECT, useOpenLibs = false) => luaHealth(core, { script, obj: { ...obj }, useOpenLibs });
/** What a script computes, as a text. */
const told = async (expression: string, useOpenLibs = false) =>
  (await health(`return {status = "Healthy", message = tostring(${expression})}`, OBJECT, useOpenLibs)).message;

describe('health by Lua', () => {
  it('gives the status and the message', async () => {
    expect(await health('hs = {} hs.status = "Degraded" hs.message = obj.metadata.name .. "!" return hs')).toEqual({
      status: 'Degraded',
      message: 'a!',
    });
  });

  it('makes an unknown status Unknown', async () => {
    const invalid = { status: 'Unknown', message: 'Lua returned an invalid health status' };
    expect(await health('return {status = "healthy"}')).toEqual(invalid);
    expect(await health('return {message = "x"}')).toEqual(invalid);
  });

  it.each(['return', 'return nil', 'return {}', 'local x = 1'])('knows nothing after %s', async (script) => {
    expect(await health(script)).toEqual({});
  });

  it('wants a table', async () => {
    await expect(health('return 1')).rejects.toThrow('expect table output from Lua script, not number');
    await expect(health('return "Healthy"')).rejects.toThrow('expect table output from Lua script, not string');
  });

  it('says where a script is wrong, without a trace', async () => {
    await expect(health('\nlocal x = obj.spec.replicas')).rejects.toThrow(
      /^<string>:2: attempt to index a non-table object\(nil\) with key 'replicas'$/,
    );
    await expect(health('error("told by hand", 0)')).rejects.toThrow(/^told by hand$/);
    await expect(health('x = ')).rejects.toThrow('<string> at EOF:   syntax error');
  });

  it('keeps nothing from one script for the next', async () => {
    await health('leftover = 1 table.concat = nil return {}');
    expect(await told('leftover')).toBe('nil');
    expect(await told('table.concat ~= nil')).toBe('true');
  });
});

describe('the libraries of Lua', () => {
  it('are base, table and a required os', async () => {
    expect(await told('table.concat({1, 2}, "-")')).toBe('1-2');
    expect(await told('require("os").date("!%Y-%m-%dT%H:%M:%SZ", 86400)')).toBe('1970-01-02T00:00:00Z');
    expect(await told('require("os").time({year = 2020, month = 1, day = 1, hour = 0})')).toBe('1577836800');
    expect(Number(await told('require("os").time()'))).toBeGreaterThan(1_600_000_000);
    for (const name of ['string', 'math', 'coroutine', 'os', 'io', 'debug', 'dofile', 'loadfile']) expect(await told(name)).toBe('nil');
  });

  it('are more where a script asks for open ones, and none of them reaches the machine', async () => {
    expect(await told('string.upper("a") .. ("b"):rep(3) .. math.floor(2.5) .. os.date("!*t", 0).year', true)).toBe('Abbb21970');
    for (const name of ['io', 'debug', 'dofile', 'loadfile', 'os.getenv', 'os.execute', 'os.exit', 'os.remove']) {
      expect(await told(name, true), name).toBe('nil');
    }
    await expect(health('require("io")', OBJECT, true)).rejects.toThrow('module io not found');
  });

  it('run coroutines, whose errors pass through wrap', async () => {
    const script = `local next = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) error("oops " .. b) end)
local first = next(1)
local ok, message = pcall(next, 7)
return {status = "Healthy", message = first .. " " .. tostring(ok) .. " " .. message}`;
    expect((await health(script, OBJECT, true)).message).toBe('2 false <string>:1: oops 7');
  });
});

describe('actions by Lua', () => {
  const offers = (...scripts: string[]) => luaActions(core, { scripts, obj: OBJECT });

  it('are offered by name, enabled unless the script says otherwise', async () => {
    const script =
      'return {restart = {}, pause = {disabled = obj.kind == "Thing"}, scale = {params = {{name = "n", type = "number"}}, iconClass = "fa", displayName = "Scale!"}}';
    expect(await offers(script)).toEqual({
      restart: { name: 'restart', disabled: false },
      pause: { name: 'pause', disabled: true },
      scale: { name: 'scale', disabled: false, params: [{ name: 'n', type: 'number' }], iconClass: 'fa', displayName: 'Scale!' },
    });
    expect(await offers('return {}')).toEqual({});
  });

  it('come from several scripts, of which the earlier one wins', async () => {
    expect(await offers('return {a = {disabled = true}}', 'return {}', 'return {a = {}, b = {}}')).toEqual({
      a: { name: 'a', disabled: true },
      b: { name: 'b', disabled: false },
    });
  });

  it('are refused when they are of no use', async () => {
    await expect(offers('return 1')).rejects.toThrow('expect table output from Lua script, not number');
    await expect(offers('return {a = {disabled = "yes"}}')).rejects.toThrow(
      'error unmarshaling resource action: json: cannot unmarshal string into Go struct field ResourceAction.disabled of type bool',
    );
    await expect(offers('return {"a"}')).rejects.toThrow('error unmarshaling action table: ');
  });

  const act = (script: string, obj: object, parameters = {}) => luaAction(core, { script, obj: { ...obj }, parameters });

  it('give back the object, with its empty objects and arrays, its whole and broken numbers', async () => {
    const source = {
      ...OBJECT,
      spec: {
        volumes: [{ name: 'a', emptyDir: {} }],
        tolerations: [],
        selector: {},
        replicas: 3,
        share: 0.5,
        big: 9007199254740991,
        on: false,
      },
    };
    expect(await act('obj.metadata.labels.n = actionParams["n"] return obj', source, { n: '5' })).toEqual([
      { operation: 'patch', object: { ...source, metadata: { name: 'a', labels: { x: 'y', n: '5' } } } },
    ]);
  });

  it('may empty what was full: an object that lost its fields is the source again, as in Argo CD', async () => {
    const source = { ...OBJECT, spec: { selector: { a: 'b' }, list: [{}] } };
    const [impact] = await act('obj.spec.selector = {} return obj', source);
    // Lua cannot tell {} from []; an element of a list has no name to be recognised by.
    expect(impact?.object.spec).toEqual({ selector: { a: 'b' }, list: [[]] });
  });

  it('create and patch several objects', async () => {
    const script =
      'return {{operation = "create", resource = {kind = "Job", metadata = {name = obj.metadata.name}}}, {operation = "patch", resource = obj}}';
    expect(await act(script, { ...OBJECT, spec: {} })).toEqual([
      { operation: 'create', object: { kind: 'Job', metadata: { name: 'a' } } },
      { operation: 'patch', object: { ...OBJECT, spec: {} } },
    ]);
  });

  it('say what is wrong with their answer', async () => {
    await expect(act('return {{operation = "delete", resource = obj}}', OBJECT)).rejects.toThrow('unsupported operation: "delete"');
    await expect(act('return {a = 1}', OBJECT)).rejects.toThrow(`Object 'Kind' is missing in '{"a":1}'`);
    await expect(act('return true', OBJECT)).rejects.toThrow('expect table output from Lua script, not boolean');
    await expect(act('return {1, a = 2, kind = "A"}', OBJECT)).rejects.toThrow('cannot encode mixed or invalid key types');
    await expect(act('obj.self = obj return obj', OBJECT)).rejects.toThrow('cannot encode recursively nested tables to JSON');
  });
});
