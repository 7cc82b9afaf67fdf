import type { WarmTarget } from './refill.ts';

export interface PlannedProcess {
  model: string;
  /** The key of the setup that it belongs to; `undefined` for a plain one, which any can take. */
  preparedFor: string | undefined;
}

export interface ReusePlanOptions<T> {
  /** The models in use, last used first, and how many plain processes each should have. */
  targets: readonly WarmTarget[];
  /** Those that wait, last used last. */
  warm: readonly T[];
  maxWarm: number;
  /** Whether the prompt of a process comes again and again. */
  isRepeated: (process: T) => boolean;
  /** Whether it was used so lately that it may be needed again. */
  isRecent: (process: T) => boolean;
}

/**
 * Which processes to start and to end. A plain one for every model in use comes first, so that a new prompt never waits;
 * then those of prompts that come again, last used first; then further plain ones; and what room is left is for prompts
 * that came once.
 */
export function planReuse<T extends PlannedProcess>(options: ReusePlanOptions<T>): { missing: string[]; surplus: T[] } {
  const { targets, warm, maxWarm, isRepeated, isRecent } = options;
  const models = new Set(targets.map(({ model }) => model));
  const owned = warm
    .filter((process) => process.preparedFor !== undefined && models.has(process.model) && isRecent(process))
    .toReversed();
  const repeated = owned.filter(isRepeated);
  const once = owned.filter((process) => !repeated.includes(process));
  const first = targets.filter(({ count }) => count > 0).map(({ model }) => model);
  const further = targets.flatMap(({ model, count }) => Array.from({ length: Math.max(0, count - 1) }, () => model));

  const places: (T | string)[] = [...first, ...repeated, ...further, ...once].slice(0, maxWarm);
  const kept = new Set(places);
  const missing = places.filter((place) => typeof place === 'string');
  const surplus: T[] = [];
  for (const process of warm) {
    if (kept.has(process)) continue;
    const index = process.preparedFor === undefined ? missing.indexOf(process.model) : -1;
    if (index === -1) surplus.push(process);
    else missing.splice(index, 1);
  }
  return { missing, surplus };
}
