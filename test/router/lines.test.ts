import { describe, expect, it } from 'vitest';
import {
  afterLastLine,
  blankLineBefore,
  lacksFinalBreak,
  lineBreakAt,
  lineStart,
  nextLineStart,
  splitLines,
} from '../../src/router/lines.ts';

const text = 'one\r\n\ntwo\n  \nthree';

it.each([
  [0, 0, 5],
  [3, 0, 5],
  [4, 0, 5],
  [5, 5, 6],
  [6, 6, 10],
  [13, 13, 18],
  [18, 13, 18],
])('offset %i is in the line from %i to %i', (offset, start, next) => {
  expect([lineStart(text, offset), nextLineStart(text, offset)]).toEqual([start, next]);
});

it('a line break at the very beginning is a line of its own', () => {
  expect([lineStart('\na', 0), lineStart('\na', 1)]).toEqual([0, 1]);
});

it('a node that ends at the start of a line ends with the line before', () => {
  expect([afterLastLine(text, 9), afterLastLine(text, 10)]).toEqual([10, 10]);
});

describe('line breaks', () => {
  it.each([
    ['a\r\nb', 3, '\r\n'],
    ['a\r\nb\nc', 5, '\n'],
    ['a\r\nb', 0, '\r\n'],
    ['a', 1, '\n'],
    ['', 0, '\n'],
  ] as const)('%j at %i are %j', (content, offset, expected) => {
    expect(lineBreakAt(content, offset)).toBe(expected);
  });

  it.each([
    ['', false],
    ['a', true],
    ['a\n', false],
  ])('%j lacks the final one: %s', (content, expected) => {
    expect(lacksFinalBreak(content)).toBe(expected);
  });
});

it.each([
  [0, undefined],
  [6, 5],
  [13, 10],
  [10, undefined],
  [8, undefined],
])('before the line at %i a blank one starts at %s', (offset, expected) => {
  expect(blankLineBefore(text, offset)).toBe(expected);
});

it('the lines of a text join to the text', () => {
  expect(splitLines(text)).toEqual(['one\r\n', '\n', 'two\n', '  \n', 'three']);
  expect(splitLines('')).toEqual([]);
});
