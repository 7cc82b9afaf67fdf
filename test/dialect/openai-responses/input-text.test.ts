import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputText } from '../../../src/dialect/openai-responses/input-text.ts';

function readPieces(pieces: readonly string[]): { deltas: string; text: string } {
  const input = new InputText();
  const deltas = pieces.map((piece) => input.write(piece)).join('') + input.end();
  return { deltas, text: input.text };
}

/** ASCII in escapes, as some models write it. */
const escaped = (json: string) =>
  json.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('InputText', () => {
  it('is the text of the arguments, wherever they are cut', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.boolean(), fc.array(fc.nat(60)), fc.constantFrom('', ' '), (text, escapes, cuts, space) => {
        const plain = `{${space}"input"${space}:${space}${JSON.stringify(text)}${space}}`;
        const json = escapes ? escaped(plain) : plain;
        const places = [0, ...cuts.map((cut) => Math.min(cut, json.length)), json.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((place, index) => json.slice(places[index], place));
        expect(readPieces(pieces)).toEqual({ deltas: text, text });
      }),
    );
  });

  it.each([
    ['{"input":"cut o', 'cut o'],
    ['{"other":1,"input":"a"}', 'a'],
    ['{"text":"a"}', '{"text":"a"}'],
    ['{"input":7}', '{"input":7}'],
    ['no JSON', 'no JSON'],
    ['{"input":"a","more":"b"}', 'a'],
    ['', ''],
  ])('of %j is %j', (json, text) => {
    expect(readPieces([json])).toEqual({ deltas: text, text });
  });
});
