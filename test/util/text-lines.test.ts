import { describe, expect, it } from 'vitest';
import { readTextLines, type TextLine } from '../../src/util/text-lines.ts';

async function linesOf(content: string | Uint8Array, size: number, maxLineBytes = 100): Promise<TextLine[]> {
  const bytes = Buffer.from(content);
  const lines: TextLine[] = [];
  const pieces = (async function* () {
    await Promise.resolve();
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  })();
  for await (const line of readTextLines(pieces, maxLineBytes)) lines.push(line);
  return lines;
}

const texts = async (...how: Parameters<typeof linesOf>) => (await linesOf(...how)).map(({ text }) => text);

describe('the lines of a text that comes in pieces', () => {
  it('are the same wherever it is cut, in the middle of a character too', async () => {
    const text = '\uFEFF{"a":"é😀"}\r\n\n  \n{"b":"\u2028"}\nlast';
    for (let size = 1; size <= Buffer.byteLength(text); size += 1) {
      expect(await texts(text, size)).toEqual(['{"a":"é😀"}', '', '  ', '{"b":"\u2028"}', 'last']);
    }
  });

  it.each([
    ['', []],
    ['\n', ['']],
    ['a', ['a']],
    ['a\n', ['a']],
    ['a\r\n', ['a']],
    ['a\n\n', ['a', '']],
    ['a\rb\n', ['a\rb']],
  ])('of %j are %j', async (text, lines) => {
    expect(await texts(text, 1)).toEqual(lines);
  });

  it('are numbered; one that is too long or not UTF-8 is told, and those after it are read', async () => {
    const bytes = Buffer.concat([
      Buffer.from('first\n'),
      Buffer.alloc(500, 'x'),
      Buffer.from('\nthird\n'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from('fifth'),
    ]);
    for (const size of [1, 7, 1000]) {
      expect(await linesOf(bytes, size)).toEqual([
        { number: 1, text: 'first' },
        { number: 2, problem: 'too_long' },
        { number: 3, text: 'third' },
        { number: 4, problem: 'not_utf8' },
        { number: 5, text: 'fifth' },
      ]);
    }
  });
});
