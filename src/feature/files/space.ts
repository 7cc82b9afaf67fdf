import type { Caller } from '../../core/sessions.ts';
import type { Work } from '../../state/shared-state.ts';
import { allIsFull, clientIsFull } from './file-errors.ts';
import { usedSpace } from './file-rows.ts';

export interface SpaceLimits {
  /** Of one client. */
  maxPerClient: number;
  /** Of all. */
  maxTotal: number;
}

/** What a file takes on a disk at least, and in the sums of the state file. */
const leastBytes = 4096;

/** What clients may keep, with what is on its way to this service. */
export class Space {
  readonly #limits: SpaceLimits;
  readonly #coming = new Map<Caller, number>();

  constructor(limits: SpaceLimits) {
    this.#limits = limits;
  }

  /** Throws `FILES_FULL` where a file of this size has no place, whatever is on its way; for the moment at which it is kept. */
  *check(owner: Caller, { bytes, isNew }: { bytes: number; isNew: boolean }): Work<void> {
    const taken = Math.max(bytes, leastBytes);
    if ((yield* usedSpace({ owner })) + taken > this.#limits.maxPerClient) throw clientIsFull();
    if (isNew && (yield* usedSpace('contents')) + taken > this.#limits.maxTotal) throw allIsFull();
  }

  /**
   * Begins to count what comes for a file. The first function is called with each piece, and throws `FILES_FULL` where it
   * has no place; the second one when the file is kept, or is not.
   */
  *begin(owner: Caller): Work<{ take: (bytes: number) => void; end: () => void }> {
    const { maxPerClient, maxTotal } = this.#limits;
    const left = maxPerClient - (yield* usedSpace({ owner }));
    const leftOfAll = maxTotal - (yield* usedSpace('contents'));
    let own = 0;
    const take = (bytes: number): void => {
      own += bytes;
      this.#count(owner, bytes);
      if ((this.#coming.get(owner) ?? 0) > left) throw clientIsFull();
      if (this.#sum() > leftOfAll) throw allIsFull();
    };
    const end = (): void => {
      this.#count(owner, -own);
    };
    return { take, end };
  }

  #count(owner: Caller, bytes: number): void {
    const sum = (this.#coming.get(owner) ?? 0) + bytes;
    if (sum === 0) this.#coming.delete(owner);
    else this.#coming.set(owner, sum);
  }

  #sum(): number {
    return [...this.#coming.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
