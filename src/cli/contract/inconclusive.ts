/** A check came to no end for a reason that may be the machine's: a wait that was too long, a process that was killed. */
export class Inconclusive extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Inconclusive';
  }
}
