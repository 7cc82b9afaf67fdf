import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMap, parseDocument, Scalar } from 'yaml';
import { quotesOf, writeText } from '../../src/router/scalar-text.ts';

const anyQuotes = fc.constantFrom('plain', 'single', 'double');

/** Text without half characters, which no file can hold. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '1', ':', ' ', '#', "'", '"', '\n', '-', '{', ',', '&', '\u2028', '\u0085', '\uFEFF'),
  }),
  fc.constantFrom(
    'no',
    'Off',
    '~',
    'null',
    '1e5',
    '0x1F',
    '12:30',
    '2024-01-01',
    '1_000',
    '.inf',
    '<<',
    '=',
    '',
    '-',
    '? a',
  ),
);

describe('text', () => {
  it('is the same text again to YAML 1.1 and 1.2, in any quotes, in a block and between brackets', () => {
    fc.assert(
      fc.property(anyText, anyQuotes, (text, quotes) => {
        for (const version of ['1.1', '1.2'] as const) {
          const block = `k: ${writeText(text, quotes)}\n`;
          const flow = `k: [${writeText(text, quotes, true)}, {${writeText(text, quotes, true)}: 1}]\n`;
          expect(parseDocument(block, { version }).toJS()).toEqual({ k: text });
          expect(parseDocument(flow, { version }).toJS({ mapAsMap: true })).toEqual(
            new Map([['k', [text, new Map([[text, 1]])]]]),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['http://127.0.0.1:8013/v1', 'plain', 'http://127.0.0.1:8013/v1'],
    ['${HARNESS_API_KEY}', 'plain', '${HARNESS_API_KEY}'],
    ['opus[1m]', 'plain', 'opus[1m]'],
    ['no', 'plain', "'no'"],
    ['<<', 'plain', "'<<'"],
    ['=', 'plain', "'='"],
    ['a', 'single', "'a'"],
    ["it's", 'single', "'it''s'"],
    ['a', 'double', '"a"'],
    ['a\nb', 'single', '"a\\nb"'],
  ] as const)('%j in %s quotes is %s', (text, quotes, expected) => {
    expect(writeText(text, quotes)).toBe(expected);
  });

  it('has quotes between brackets where it needs none in a block', () => {
    expect(writeText('opus[1m]', 'plain', true)).toBe("'opus[1m]'");
  });
});

it.each([
  ["'a'", 'single'],
  ['"a"', 'double'],
  ['a', 'plain'],
  ['|\n a', 'plain'],
  ['[a]', 'plain'],
] as const)('the quotes of %j are %s', (source, expected) => {
  const { contents } = parseDocument(`k: ${source}\n`);
  expect(quotesOf(isMap(contents) ? contents.get('k', true) : new Scalar(null))).toBe(expected);
});
