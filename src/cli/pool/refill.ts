/** How many processes a model should have ready. */
export interface Wanted {
  model: string;
  count: number;
}

/**
 * What to start and what to end so that the spare processes fit the demand, at most `maxWarm` of them. What is wanted
 * comes most recently used first; every model gets its first process before any gets a second one.
 */
export function planWarm<T extends { model: string }>(
  wanted: readonly Wanted[],
  spare: readonly T[],
  maxWarm: number,
): { missing: string[]; surplus: T[] } {
  const levels = Math.max(0, ...wanted.map(({ count }) => count));
  const all: string[] = [];
  for (let level = 0; level < levels; level += 1) {
    all.push(...wanted.filter(({ count }) => count > level).map(({ model }) => model));
  }
  const missing = all.slice(0, maxWarm);
  const surplus: T[] = [];
  for (const worker of spare) {
    const index = missing.indexOf(worker.model);
    if (index === -1) surplus.push(worker);
    else missing.splice(index, 1);
  }
  return { missing, surplus };
}
