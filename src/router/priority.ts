import { type Entry, fieldOf } from './entry.ts';

/** Which of two providers the router tries first: the one with the lower number, or the one with the higher. */
export type Direction = 'low-first' | 'high-first';

export interface PriorityOrder {
  direction: Direction;
  /** What the direction was read from, for people. */
  because: string;
}

interface Ranked {
  entry: Entry;
  priority: number;
}

const better = 'first|prefer\\w*|win\\w*|better|best|important|higher priority';
const isOne = '\\b[01]\\s*(=|:|is|means|->)\\s*(the |tried |asked )?';

/** What comments say of the direction, each alone. */
const lowFirst = [
  new RegExp(`\\b(low|lower|lowest|small|smaller|smallest)\\b.*\\b(${better})\\b`, 'i'),
  /\bhigh\w*\b.*\blower priority\b/i,
  new RegExp(`${isOne}(highest|first|top|most|best|preferred|primary|main)\\b`, 'i'),
];
const highFirst = [
  new RegExp(`\\b(high|higher|highest|large|larger|largest|big|bigger|biggest)\\b.*\\b(${better})\\b`, 'i'),
  new RegExp(`${isOne}(lowest|last|least|worst)\\b`, 'i'),
];

const preferredName = /\b(primary|main|preferred|default|first)\b/i;
const reserveName = /\b(fallback|backup|secondary|reserve|spare|last|emergency)\b/i;

/**
 * Reads from the siblings whether 1 comes first or last, by the first of these that tells: the key (`order` and `rank`
 * count from the front), a comment (`lower is tried first`), names (`fallback`, `primary`), numbers that fall down the
 * file. Otherwise 1 comes first.
 */
export function priorityOrder(siblings: readonly Entry[], text: string): PriorityOrder {
  const ranked = rank(siblings);
  const key = ranked.map(({ entry }) => fieldOf(entry, 'priority')?.key).find((name) => name !== undefined);
  if (key !== undefined && /^(order|rank|precedence)$/i.test(key)) {
    return { direction: 'low-first', because: `\`${key}\` counts from the front` };
  }
  return fromComments(text) ?? fromNames(ranked) ?? fromSequence(ranked);
}

/** The most preferred number that is sure to be valid: before the lowest, but not below 1; or after the highest. */
export function frontPriority(siblings: readonly Entry[], direction: Direction): number {
  const priorities = rank(siblings).map(({ priority }) => priority);
  if (direction === 'high-first') return Math.max(...priorities) + 1;
  const lowest = Math.min(...priorities);
  return lowest > 1 ? lowest - 1 : lowest;
}

/** Whether the siblings' priorities are whole numbers, so that one can be chosen. */
export function hasNumbers(siblings: readonly Entry[]): boolean {
  return rank(siblings).length > 0;
}

/** The priority of an entry, if it is a whole number. */
export function priorityOf(entry: Entry): number | undefined {
  const value = fieldOf(entry, 'priority')?.value;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

function rank(siblings: readonly Entry[]): Ranked[] {
  return siblings.flatMap((entry) => {
    const priority = priorityOf(entry);
    return priority === undefined ? [] : [{ entry, priority }];
  });
}

function fromComments(text: string): PriorityOrder | undefined {
  for (const [line, comment = ''] of text.matchAll(/^.*?#(.*)$/gm)) {
    if (!/priorit/i.test(line)) continue;
    // A negation turns the meaning round, and is rare enough to be left to the other signs.
    if (/\bnot\b|n't\b/i.test(comment)) continue;
    const because = 'a comment says so';
    if (lowFirst.some((pattern) => pattern.test(comment))) return { direction: 'low-first', because };
    if (highFirst.some((pattern) => pattern.test(comment))) return { direction: 'high-first', because };
  }
  return undefined;
}

function fromNames(ranked: readonly Ranked[]): PriorityOrder | undefined {
  const matching = (pattern: RegExp) =>
    ranked
      .filter(({ entry }) => pattern.test((entry.name ?? '').replaceAll(/[_-]/g, ' ')))
      .map(({ priority }) => priority);
  const preferred = matching(preferredName);
  const reserve = matching(reserveName);
  const others = ranked.map(({ priority }) => priority);
  const front = preferred.length > 0 ? preferred : others.filter((priority) => !reserve.includes(priority));
  const back = reserve.length > 0 ? reserve : others.filter((priority) => !preferred.includes(priority));
  if (preferred.length + reserve.length === 0 || front.length === 0 || back.length === 0) return undefined;
  const because = 'the names of the others say so';
  if (Math.max(...front) < Math.min(...back)) return { direction: 'low-first', because };
  if (Math.min(...front) > Math.max(...back)) return { direction: 'high-first', because };
  return undefined;
}

/** People write the provider that they prefer first, so numbers that fall down the file are highest first. */
function fromSequence(ranked: readonly Ranked[]): PriorityOrder {
  const priorities = ranked.map(({ priority }) => priority);
  const falls =
    priorities.length > 1 && priorities.every((value, index) => index === 0 || value < (priorities[index - 1] ?? 0));
  if (falls) return { direction: 'high-first', because: 'the numbers fall down the file' };
  return { direction: 'low-first', because: 'nothing in the file says otherwise' };
}
