import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { evaluateExpression, jqDelete, luaHealth, renderTemplates } from '../../../src/domain/scripts.js';

const core = createScriptCore({ lightWorkers: 1 });
afterAll(() => core.close());

describe('the light module', () => {
  it('executes templates, Lua, jq and expressions', async () => {
    expect(await renderTemplates(core, { texts: ['{{ .a | upper }}'], params: [{ a: 'x' }] })).toEqual([{ texts: ['X'] }]);
    expect(await luaHealth(core, { script: 'return {status = "Healthy"}', obj: {} })).toEqual({ status: 'Healthy' });
    expect(await jqDelete(core, { expressions: ['.a'], objects: [{ a: 1, b: 2 }] })).toEqual({ objects: [{ b: 2 }], errors: [] });
    expect(await evaluateExpression(core, { code: 'app.a == 1', env: { app: { a: 1 } } })).toBe(true);
  });
});
