import { describe, expect, it } from 'vitest';
import { frontPriority, priorityOrder } from '../../src/router/priority.ts';
import { entriesOf } from './entries-of.ts';

type Ranks = Record<string, number | string>;

function file(ranks: Ranks, { key = 'priority', comment = '' } = {}): string {
  const entries = Object.entries(ranks).map(
    ([name, rank]) => `  ${name}:\n    url: http://${name}.example\n    ${key}: ${rank}${comment}\n`,
  );
  return `providers:\n${entries.join('')}`;
}

function orderOf(text: string) {
  return priorityOrder(entriesOf(text), text);
}

describe('whether 1 comes first or last', () => {
  it.each([
    ['nothing', file({ a: 1, b: 2 }), 'low-first'],
    ['a single provider', file({ a: 5 }), 'low-first'],
    ['numbers that fall', file({ a: 10, b: 5 }), 'high-first'],
    ['equal numbers', file({ a: 1, b: 1 }), 'low-first'],
    ['the key', file({ a: 3, b: 2 }, { key: 'order' }), 'low-first'],
    ['the name of a reserve', file({ backup: 1, a: 5 }), 'high-first'],
    ['the name of a reserve behind', file({ 'my-fallback': 9, a: 5 }), 'low-first'],
    ['the name of a favourite', file({ a: 1, primary: 2 }), 'high-first'],
    ['names that contradict each other', file({ primary: 2, main: 0, fallback: 1 }), 'low-first'],
    ['a comment', file({ a: 10, b: 5 }, { comment: ' # lower is tried first' }), 'low-first'],
    ['a comment', file({ a: 1, b: 2 }, { comment: ' # higher number wins' }), 'high-first'],
    ['a comment', file({ a: 10, b: 5 }, { comment: ' # 1 = highest' }), 'low-first'],
    ['a comment', file({ a: 10, b: 5 }, { comment: ' # 1 is tried first' }), 'low-first'],
    ['a comment', file({ a: 1, b: 2 }, { comment: ' # 1 is the lowest' }), 'high-first'],
    ['a comment with a negation', file({ a: 1, b: 2 }, { comment: ' # higher does not win' }), 'low-first'],
    ['a comment about something else', `# the lowest price is the best\n${file({ a: 10, b: 5 })}`, 'high-first'],
    ['a comment before names', file({ primary: 1, backup: 2 }, { comment: ' # higher wins' }), 'high-first'],
    ['a comment elsewhere', `# Priority: the highest comes first.\n${file({ a: 1, b: 2 })}`, 'high-first'],
  ])('%s: %s', (_, text, direction) => {
    expect(orderOf(text)).toMatchObject({ direction });
  });
});

describe('the first place', () => {
  it.each([
    [{ a: 2, b: 3 }, 1],
    [{ a: 1, b: 2 }, 1],
    [{ a: 0, b: 2 }, 0],
    [{ a: 20, b: 10 }, 21],
    [{ a: '"3"', b: '"4"' }, 2],
  ] as [Ranks, number][])('among %j is %i', (ranks, expected) => {
    const text = file(ranks);
    expect(frontPriority(entriesOf(text), orderOf(text).direction)).toBe(expected);
  });
});
