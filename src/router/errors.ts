/** The file, or what was asked of it, is at fault; the message says what to do. Nothing was changed. */
export class RouterFileError extends Error {
  /** Place of the fault, counted from 1, where it has one. */
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(message: string, place?: { line: number; column: number }) {
    super(message);
    this.name = 'RouterFileError';
    this.line = place?.line;
    this.column = place?.column;
  }
}

/** The file is sound, but nothing can be spliced into it; the message says why. Nothing was changed. */
export class CannotSpliceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotSpliceError';
  }
}

/** Undefined where the work fails on the file. */
export function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof CannotSpliceError || error instanceof RouterFileError) return undefined;
    throw error;
  }
}
