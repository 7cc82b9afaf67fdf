import { type Data, getIn } from './data.ts';
import { RouterFileError } from './errors.ts';
import type { Format } from './format.ts';

export interface ChosenPriority {
  /** Undefined where the entry has none. */
  value: number | undefined;
  /** Where it comes from, for people; undefined when it was asked for. */
  note: string | undefined;
}

/**
 * The priority that was asked for; else that of the provider that is switched off; else the first by the format's rule,
 * where the others have priorities. Throws `RouterFileError` for one that was asked of a router without priorities.
 */
export function choosePriority(
  asked: number | undefined,
  { title, priority }: Pick<Format, 'title' | 'priority'>,
  others: readonly Data[],
  replaced: Data | undefined,
): ChosenPriority {
  if (asked !== undefined && priority === undefined) {
    throw new RouterFileError(`${title} has no priorities: leave --priority out`);
  }
  if (asked !== undefined || priority === undefined) return { value: asked, note: undefined };
  const numberOf = (entry: Data) => wholeNumber(getIn(entry, priority.path) ?? priority.default);
  const inherited = replaced === undefined ? undefined : numberOf(replaced);
  if (inherited !== undefined) return noted(inherited, 'that of the provider switched off');
  const numbers = others.map(numberOf).filter((number) => number !== undefined);
  if (numbers.length === 0) return { value: priority.default, note: undefined };
  const rule = `the ${priority.first} is tried first`;
  if (priority.first === 'highest') return noted(Math.max(...numbers) + 1, rule);
  const lowest = Math.min(...numbers);
  // A router may not accept numbers below 1.
  return lowest > 1 ? noted(lowest - 1, rule) : noted(lowest, `${rule}; another has it too`);
}

function noted(value: number, why: string): ChosenPriority {
  return { value, note: `priority ${value}: ${why}; --priority sets another` };
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
