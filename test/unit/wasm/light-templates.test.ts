import { afterAll, describe, expect, it } from 'vitest';
import { createScriptCore } from '../../../src/adapters/wasm/core.js';
import { renderApplications, renderTemplates } from '../../../src/domain/scripts.js';

const core = createScriptCore({ lightWorkers: 1 });
afterAll(() => core.close());

/** One text with one set of parameters: what it becomes, or what is wrong with it. */
async function render(text: string, params: Record<string, unknown> = {}, options: string[] = []) {
  const [answer] = await renderTemplates(core, { texts: [text], params: [params], options });
  return answer?.error ?? (answer as { texts: string[] }).texts[0];
}

describe('Go templates', () => {
  it('answers per set of parameters, in their order', async () => {
    const texts = ['{{ .a }}-{{ .b.c | upper }}', 'no braces }}'];
    const params = [{ a: 1, b: { c: 'x' } }, { a: 'y' }, { a: 2.5, b: { c: 'z' } }];
    expect(await renderTemplates(core, { texts, params, options: ['missingkey=error'] })).toEqual([
      { texts: ['1-X', 'no braces }}'] },
      {
        error:
          'failed to execute go template {{ .a }}-{{ .b.c | upper }}: template: base:1:14: executing "base" at <.b.c>: map has no entry for key "b"',
      },
      { texts: ['2.5-Z', 'no braces }}'] },
    ]);
  });

  it('says what cannot be parsed and what cannot be executed as Argo CD does', async () => {
    expect(await render('{{functiondoesnotexist}}')).toBe(
      'failed to parse template {{functiondoesnotexist}}: template: base:1: function "functiondoesnotexist" not defined',
    );
    expect(await render('{{.data.test}}', { data: 'a data string' })).toBe(
      'failed to execute go template {{.data.test}}: template: base:1:7: executing "base" at <.data.test>: ' +
        "can't evaluate field test in type interface {}",
    );
  });

  it('has a missing key as Go does, unless the options say otherwise, whatever was asked before', async () => {
    expect(await render('{{ .x }}')).toBe('<no value>');
    expect(await render('{{ .x }}', {}, ['missingkey=error'])).toContain('map has no entry for key "x"');
    expect(await render('{{ .x }}')).toBe('<no value>');
    await expect(render('{{ .x }}', {}, ['missingkey=never'])).rejects.toThrow('unrecognized option: missingkey=never');
  });

  it('prints numbers of JSON as floats', async () => {
    expect(await render('{{ .n }} {{ .m }} {{ int .n }}', { n: 1_000_000, m: 3 })).toBe('1e+06 3 1000000');
  });

  it.each(['env "HOME"', 'expandenv "$HOME"', 'getHostByName "localhost"'])('has no way to the machine: %s', async (call) => {
    expect(await render(`{{ ${call} }}`)).toContain(`function "${call.split(' ')[0]}" not defined`);
  });

  it('keeps the templates that a text defines to that text', async () => {
    expect(await render('{{ define "x" }}A{{ end }}{{ template "x" }}')).toBe('A');
    expect(await render('{{ template "x" }}')).toContain('template "x" not defined');
    expect(await render('{{ define "x" }}B{{ end }}{{ template "x" }}')).toBe('B');
  });

  it('loops as ever: else, break, continue, trimmed white space', async () => {
    const text =
      '{{- range $i, $v := .l -}} {{ if eq $v "b" }}{{ continue }}{{ end }}{{ if eq $v "d" }}{{ break }}{{ end }}{{ $v }}{{ else }}none{{ end }}';
    expect(await render(text, { l: ['a', 'b', 'c', 'd', 'e'] })).toBe('ac');
    expect(await render(text, { l: [] })).toBe('none');
  });
});

describe('the functions of ApplicationSets', () => {
  it.each([
    ['Feat/A_b+C', 'feat-a-b-c'],
    ['-.x.-', 'x'],
    ['1.2.3', '1.2.3'],
    [`${'a'.repeat(252)}..b`, 'a'.repeat(252)],
  ])('normalize %s', async (text, name) => {
    expect(await render('{{ normalize .t }}', { t: text })).toBe(name);
  });

  const branch = 'feat/a_really+long_pull_request_name_to_test_argo_slugification_and_branch_name_shortening_feature';
  it.each([
    [`{{ slugify 23 .t }}`, branch, 'feat-a-really-long-pull'],
    [`{{ slugify 23 true .t }}`, branch, 'feat-a-really-long-pull'],
    [`{{ slugify 50 false .t }}`, branch, 'feat-a-really-long-pull-request-name-to-test-argo'],
    [`{{ slugify .t }}`, branch, 'feat-a-really-long-pull-request-name-to-test-argo'],
    [`{{ slugify 15 .t }}`, `feat/${'x'.repeat(40)}`, 'feat'],
    [`{{ slugify }}`, '', ''],
  ])('%s', async (text, t, slug) => {
    expect(await render(text, { t })).toBe(slug);
  });

  it('slugify wants a text', async () => {
    expect(await render('{{ slugify .n }}', { n: 1 })).toContain(
      'error calling slugify: interface conversion: interface {} is float64, not string',
    );
  });

  it('toYaml ends without a newline; fromYaml and fromYamlArray give values, or fail', async () => {
    expect(await render('{{ toYaml .m }}', { m: { b: [1, { c: null }], a: 'x: y' } })).toBe("a: 'x: y'\nb:\n- 1\n- c: null");
    expect(await render('{{ (fromYaml .y).a.b }} {{ index (fromYamlArray "[p, q]") 1 }}', { y: 'a: {b: 7}' })).toBe('7 q');
    expect(await render('{{ toYaml (fromYaml "") }} {{ toYaml (fromYamlArray "") }}')).toBe('{} []');
    expect(await render('{{ fromYaml "[1]" }}')).toContain('error calling fromYaml: error unmarshaling JSON:');
    expect(await render('{{ fromYamlArray "a: 1" }}')).toContain('error calling fromYamlArray: error unmarshaling JSON:');
  });
});

describe('Applications of a template', () => {
  const template = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: '{{ .n }}', labels: { '{{ .n }}/x': '{{ .n }}' }, annotations: null },
    spec: {
      source: { helm: { valuesObject: { tag: '{{ .n }}', count: 3, on: true, none: null, list: [null, '{{ .n }}'] } } },
      revisionHistoryLimit: 0,
    },
  };

  it('executes every value and every key; what is null in an object is dropped', async () => {
    expect(await renderApplications(core, { template, params: [{ n: 'a' }] })).toEqual([
      {
        object: {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          metadata: { name: 'a', labels: { 'a/x': 'a' } },
          spec: { source: { helm: { valuesObject: { tag: 'a', count: 3, on: true, list: [null, 'a'] } } }, revisionHistoryLimit: 0 },
        },
      },
    ]);
  });

  it('leaves the template as it is where there are no parameters', async () => {
    expect(await renderApplications(core, { template, params: [{}] })).toEqual([{ object: template }]);
  });

  it('renders the patch beside the object', async () => {
    const input = {
      template: { kind: 'A' },
      templatePatch: 'spec: {x: {{ .n }}}',
      options: ['missingkey=error'],
      params: [{ n: 1 }, { m: 1 }],
    };
    expect(await renderApplications(core, input)).toEqual([
      { object: { kind: 'A' }, patch: 'spec: {x: 1}' },
      { error: expect.stringMatching(/^error replacing values in templatePatch: failed to execute go template spec: /) },
    ]);
  });

  it('tells the mistake of the first field, in the order of the fields', async () => {
    const wrong = { metadata: { annotations: { a: '{{ .second }}' }, name: '{{ .first }}' }, kind: 'A' };
    const [answer] = await renderApplications(core, { template: wrong, params: [{ n: 1 }], options: ['missingkey=error'] });
    expect(answer?.error).toMatch(/map has no entry for key "first"$/);
    const values = { spec: { source: { helm: { valuesObject: { a: '{{ .first }}' } } } } };
    const [inside] = await renderApplications(core, { template: values, params: [{ n: 1 }], options: ['missingkey=error'] });
    expect(inside?.error).toMatch(/^failed to deeply replace JSON field contents: failed to execute go template {{ .first }}: /);
  });

  it('makes more than a call holds, in order', async () => {
    const params = Array.from({ length: 1_203 }, (_, i) => ({ n: `app-${i}` }));
    const rendered = await renderApplications(core, { template: { metadata: { name: '{{ .n }}' } }, params });
    expect(rendered.map((each) => each.error ?? (each as { object: typeof template }).object.metadata.name)).toEqual(
      params.map(({ n }) => n),
    );
  });
});
