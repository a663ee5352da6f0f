// A second reader for what strict YAML refuses and go-yaml accepts: continuation lines of quoted text and flow collections
// that are indented less than their key (older kubectl writes them), and unknown local tags. Slower; used only after a refusal.
import { Composer, Parser, type Tags } from 'yaml';
import { readBoolean, readNumber } from './yaml-schema.js';

type ScalarTag = Extract<Tags[number], { tag: string }>;

/** The two steps of the lexer whose minimum indent is lifted. */
interface IndentingLexer {
  indentNext: number;
  parseQuotedScalar(): Generator<string, unknown, unknown>;
  parseFlowCollection(): Generator<string, unknown, unknown>;
}

const REPLACED = /timestamp|omap|pairs|set|binary|bool|int|float/;

const booleanTag = scalarTag(
  'tag:yaml.org,2002:bool',
  /^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
  readBoolean,
);
const numberTag = scalarTag(
  'tag:yaml.org,2002:float',
  /^[-+]?\.?[0-9][0-9a-fA-FxXobB_.eE+-]*$|^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/,
  readNumber,
);

function scalarTag(tag: string, test: RegExp, read: (text: string) => boolean | number | undefined): ScalarTag {
  return { tag, default: true, test, resolve: (text: string) => read(text) ?? text } as ScalarTag;
}

function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === 'string' || !REPLACED.test(tag.tag));
  return [...kept, booleanTag, numberTag];
}

function withoutMinimumIndent(parser: Parser): Parser {
  const lexer = (parser as unknown as { lexer: IndentingLexer }).lexer;
  for (const step of ['parseQuotedScalar', 'parseFlowCollection'] as const) {
    const strict = lexer[step].bind(lexer);
    lexer[step] = function* () {
      const indent = lexer.indentNext;
      lexer.indentNext = 0;
      try {
        return yield* strict();
      } finally {
        lexer.indentNext = indent;
      }
    };
  }
  return parser;
}

/** The value of one document. Throws what `yaml` throws when even this reader cannot make sense of it. */
export function parseLenient(text: string): unknown {
  const parser = withoutMinimumIndent(new Parser());
  const composer = new Composer({ version: '1.1', uniqueKeys: false, merge: true, customTags: kubernetesTags, logLevel: 'silent' });
  for (const document of composer.compose(parser.parse(text), true, text.length)) {
    const error = document.errors.find(({ code, message }) => !(code === 'BAD_INDENT' && message.startsWith('Flow end indicator')));
    if (error) throw error;
    return document.toJS({ maxAliasCount: 100 });
  }
  return null;
}
