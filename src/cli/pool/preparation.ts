export interface IdleProcess {
  /** The key of the setup that it was given already. */
  preparedFor: string | undefined;
}

/**
 * Which of a model's idle processes to give the setup with this key, and which are outdated, since they were given
 * another. One always stays plain, for a request with a setup of its own.
 */
export function selectForSetup<T extends IdleProcess>(
  idle: readonly T[],
  key: string,
): { unprepared: T[]; outdated: T[] } {
  return {
    unprepared: idle.filter(({ preparedFor }) => preparedFor === undefined).slice(1),
    outdated: idle.filter(({ preparedFor }) => preparedFor !== undefined && preparedFor !== key),
  };
}
