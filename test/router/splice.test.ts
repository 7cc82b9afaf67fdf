import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applySplices, invertSplices, type Splice } from '../../src/router/splice.ts';

/** A text and splices that fit it. */
const anySplices = fc
  .tuple(fc.string({ minLength: 1 }), fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.string())))
  .map(([text, parts]) => {
    const splices: Splice[] = [];
    let offset = 0;
    for (const [gap, length, inserted] of parts) {
      offset += gap;
      const removed = text.slice(offset, offset + length);
      if (offset > text.length) break;
      splices.push({ offset, removed, inserted });
      offset += removed.length + 1;
    }
    return { text, splices };
  });

describe('splices', () => {
  it('all offsets are those of the old text', () => {
    const splices = [
      { offset: 4, removed: '', inserted: 'X' },
      { offset: 0, removed: 'ab', inserted: '' },
    ];
    expect(applySplices('abcdef', splices)).toBe('cdXef');
  });

  it('their inverse gives the old text back', () => {
    fc.assert(
      fc.property(anySplices, ({ text, splices }) => {
        expect(applySplices(applySplices(text, splices), invertSplices(splices))).toBe(text);
      }),
    );
  });

  it.each([
    { why: 'the text is another', splices: [{ offset: 0, removed: 'x', inserted: '' }] },
    {
      why: 'they overlap',
      splices: [
        { offset: 0, removed: 'ab', inserted: '' },
        { offset: 1, removed: 'b', inserted: '' },
      ],
    },
  ])('they are refused when $why', ({ splices }) => {
    expect(() => applySplices('abc', splices)).toThrow('does not fit');
  });
});
