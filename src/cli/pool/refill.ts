/** How many processes a model should have ready. */
export interface WarmTarget {
  model: string;
  count: number;
}

/**
 * What to start and what to end so that the warm processes fit the targets, at most `maxWarm` of them. Targets come most
 * recently used first; every model gets its first process before any gets a second one.
 */
export function planRefill<T extends { model: string }>(
  targets: readonly WarmTarget[],
  warm: readonly T[],
  maxWarm: number,
): { missing: string[]; surplus: T[] } {
  const levels = Math.max(0, ...targets.map(({ count }) => count));
  const all: string[] = [];
  for (let level = 0; level < levels; level += 1) {
    all.push(...targets.filter(({ count }) => count > level).map(({ model }) => model));
  }
  const missing = all.slice(0, maxWarm);
  const surplus: T[] = [];
  for (const worker of warm) {
    const index = missing.indexOf(worker.model);
    if (index === -1) surplus.push(worker);
    else missing.splice(index, 1);
  }
  return { missing, surplus };
}
