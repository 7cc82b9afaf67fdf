import { HarnessError } from '../../../src/core/errors.ts';
import type { Outcome, SharedState, Work } from '../../../src/state/shared-state.ts';
import { createDeferred, type Deferred } from '../../../src/util/deferred.ts';

interface Held {
  statement: RegExp;
  isMade: Deferred<undefined>;
  isReleased: Deferred<undefined>;
}

/** Shared state that a test can put out of reach, and whose answers it can hold back, as a slow network does. */
export class HeldState implements SharedState {
  readonly #state: SharedState;
  #held: Held | undefined;
  /** How many uses have come, those that have failed included. */
  uses = 0;
  isAway = false;

  constructor(state: SharedState) {
    this.#state = state;
  }

  /** The next use that has such a statement is made, but its answer waits until `release`; it is lost if it is away by then. */
  hold(statement: RegExp): { made: Promise<unknown>; release: () => void } {
    const held = { statement, isMade: createDeferred<undefined>(), isReleased: createDeferred<undefined>() };
    this.#held = held;
    return {
      made: held.isMade.promise,
      release: () => {
        held.isReleased.resolve(undefined);
      },
    };
  }

  read<T>(work: () => Work<T>): Promise<T> {
    return this.#use(work, (watched) => this.#state.read(watched));
  }

  write<T>(work: () => Work<T>): Promise<T> {
    return this.#use(work, (watched) => this.#state.write(watched));
  }

  close(): Promise<void> {
    return this.#state.close();
  }

  async #use<T>(work: () => Work<T>, ask: (watched: () => Work<T>) => Promise<T>): Promise<T> {
    this.uses += 1;
    if (this.isAway) throw lost();
    const statements: string[] = [];
    const answer = await ask(() => watched(work(), statements));
    const held = this.#held;
    if (held === undefined || !statements.some((sql) => held.statement.test(sql))) return answer;
    this.#held = undefined;
    held.isMade.resolve(undefined);
    await held.isReleased.promise;
    // It can be put away meanwhile.
    if (this.isAway as boolean) throw lost();
    return answer;
  }
}

function* watched<T>(work: Work<T>, statements: string[]): Work<T> {
  let next = work.next();
  while (next.done !== true) {
    if ('sql' in next.value) statements.push(next.value.sql);
    const outcome: Outcome = yield next.value;
    next = work.next(outcome);
  }
  return next.value;
}

function lost(): HarnessError {
  return new HarnessError('INTERNAL', "The database can't be used: the connection was lost.");
}
