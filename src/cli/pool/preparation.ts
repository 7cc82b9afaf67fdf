/** A process that waits. */
export interface Waiting {
  /** The setup that it was given already. */
  preparedFor: string | undefined;
}

/**
 * Which of a model's idle processes to give the setup with this key, and which to end, since they were given another.
 * One always stays as it is, for a request with a setup of its own.
 */
export function planPreparation<T extends Waiting>(idle: readonly T[], key: string): { prepare: T[]; end: T[] } {
  const plain = idle.filter(({ preparedFor }) => preparedFor === undefined);
  return {
    prepare: plain.slice(1),
    end: idle.filter(({ preparedFor }) => preparedFor !== undefined && preparedFor !== key),
  };
}
