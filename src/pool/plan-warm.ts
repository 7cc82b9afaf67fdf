export interface WarmLimits {
  warmPerModel: number;
  maxWarm: number;
}

/**
 * What to start and what to end so that the spare processes fit the demand. `models` come most recently used first;
 * every model gets its first process before any gets a second one.
 */
export function planWarm<T extends { model: string }>(
  models: readonly string[],
  spare: readonly T[],
  limits: WarmLimits,
): { missing: string[]; surplus: T[] } {
  const wanted: string[] = [];
  for (let level = 0; level < limits.warmPerModel; level += 1) wanted.push(...models);
  const missing = wanted.slice(0, limits.maxWarm);
  const surplus: T[] = [];
  for (const worker of spare) {
    const index = missing.indexOf(worker.model);
    if (index === -1) surplus.push(worker);
    else missing.splice(index, 1);
  }
  return { missing, surplus };
}
