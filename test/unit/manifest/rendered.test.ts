import { describe, expect, it } from 'vitest';
import { readRenderedText } from '../../../src/core/manifest/documents.js';

const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describe('rendered text', () => {
  it('is read document by document; empty ones are nothing', () => {
    expect(readRenderedText(`---\n# Source: x\n---\n${GOOD}---\nnull\n`, 'x').manifests).toHaveLength(1);
    expect(readRenderedText('', 'x')).toEqual({ manifests: [], problems: [] });
  });

  it.each([
    ['a map that is no object', 'a: 1\n', /^x:\d+: the object has no kind$/],
    ['a list', '- 1\n', /^x:\d+: a Kubernetes object is expected, but this is a list$/],
    ['a broken document', 'a: [\n', /^x:\d+:\d+: /],
  ])('is refused whole for %s, also beside a good one', (_, text, message) => {
    for (const whole of [text, `${GOOD}---\n${text}`]) {
      const { manifests, problems } = readRenderedText(whole, 'x');
      expect(manifests).toEqual([]);
      expect(problems).toHaveLength(1);
      expect(problems[0]?.message).toMatch(message);
    }
  });
});
