import { describe, expect, it } from 'vitest';
import { insertionAfter, insertLines, removeLines } from '../../src/router/insertion.ts';
import { entriesOf, placeOf } from './entries-of.ts';

/** The text with a mark where a new entry goes. */
function marked(text: string): string {
  const { offset } = insertionAfter(placeOf(text), text);
  return `${text.slice(0, offset)}@${text.slice(offset)}`;
}

describe('a new entry goes', () => {
  it.each([
    ['behind the last one', 'providers:\n  a:\n    url: http://a # x\n@'],
    ['behind its comments', 'providers:\n  a:\n    url: http://a\n    # more of a\n@next: 1\n'],
    [
      'behind a provider that is commented out',
      'providers:\n  a:\n    url: http://a\n\n  # b:\n  #   url: http://b\n@\nnext: 1\n',
    ],
    ['before the comment of the next section', 'providers:\n  a:\n    url: http://a\n@\n# the next one\nnext: 1\n'],
    [
      'before that of the next key inside',
      'x:\n  providers:\n    a:\n      url: http://a\n@  # the next one\n  next: 1\n',
    ],
    [
      'before that of the next key beside a list without indent',
      'providers:\n- name: a\n  url: http://a\n@# the next one\nnext: 1\n',
    ],
    [
      'behind deeper comments of such a list',
      'providers:\n- name: a\n  url: http://a\n  # a\n@# the next one\nnext: 1\n',
    ],
    ['behind all comments at the top level', 'a:\n  url: http://a\n# b:\n#   url: http://b\n@'],
    ['behind a block scalar', 'providers:\n  a:\n    url: http://a\n    note: |\n      x\n      # text\n@\nnext: 1\n'],
    [
      'behind a block scalar and its comment',
      'providers:\n  a:\n    url: http://a\n    note: |\n      x\n    # comment\n@',
    ],
    [
      'behind the blank lines of a block scalar that keeps them',
      'providers:\n  a:\n    url: http://a\n    note: |+\n      x\n\n\n@next: 1\n',
    ],
    [
      'behind an empty value',
      'providers:\n  a:\n    url: http://a\n    note:\n@  # same\nnext: 1\n'.replace('@  # same\n', '  # same\n@'),
    ],
    ['behind an empty entry', 'providers:\n  a:\n    url: http://a\n  b:\n@next: 1\n'],
    ['behind a quoted text of several lines', 'providers:\n  a:\n    url: http://a\n    note: "x\n      y"\n@'],
    ['before the end of the document', 'providers:\n  a:\n    url: http://a\n@...\n'],
    ['at the end without a line break', 'providers:\n  a:\n    url: http://a@'],
  ])('%s', (_, text) => {
    expect(marked(text.replace('@', ''))).toBe(text);
  });
});

describe('a blank line stands between entries', () => {
  it.each([
    [false, 'a:\n  url: http://a\n'],
    [false, 'a:\n  url: http://a\nb:\n  url: http://b\n'],
    [true, 'a:\n  url: http://a\n\nb:\n  url: http://b\n'],
    [true, 'a:\n  url: http://a\n  \n# b\nb:\n  url: http://b\n'],
    [false, 'a:\n  url: http://a\n\nb:\n  url: http://b\nc:\n  url: http://c\n'],
    [false, 'a:\n  url: http://a\n  n: |+\n    x\n\nb:\n  url: http://b\n'],
    [false, 'a:\n  url: http://a\n\nb:\n  url: http://b\n  n: |+\n    x\n\n'],
  ])('%s for %j', (spaced, text) => {
    expect(insertionAfter(placeOf(text), text).spaced).toBe(spaced);
  });
});

describe('lines that are put in', () => {
  it.each([
    ['have the line breaks of the file', 'a\r\nb\r\n', 3, 'x\r\ny\r\n'],
    ['leave a file without a last line break as it is', 'a\r\nb', 4, '\r\nx\r\ny'],
    ['begin a line', 'a', 0, 'x\ny\n'],
  ])('%s', (_, text, offset, inserted) => {
    expect(insertLines(text, offset, ['x', 'y'])).toEqual({ offset, removed: '', inserted });
  });
});

it('a blank line that belongs to the text of the entry before is not taken out', () => {
  const text = 'a:\n  url: http://a\n  n: |+\n    x\n\nb:\n  url: http://b\n';
  const [a, b] = entriesOf(text);
  expect(b && a && removeLines(text, b, true, a.end).removed).toBe('b:\n  url: http://b\n');
  expect(b && removeLines(text, b, true, 0).removed).toBe('\nb:\n  url: http://b\n');
});
