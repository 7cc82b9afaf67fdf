import { LRUCache } from 'lru-cache';

/** What a process is told before its request; it counts once, so that a process is for one setup only. */
export interface Setup {
  /** Lines for its input. */
  lines: readonly object[];
  /** The same as text: two setups are the same when these are. */
  key: string;
}

const maxModels = 16;
/** The most that is kept of a setup, in characters: those of large tools cost more memory than they save time. */
const maxKeyLength = 512 * 1024;

interface Habit {
  setup: Setup;
  /** How many requests in a row had it. */
  times: number;
}

/** Which setup the next request of a model will have, to all appearances: the one that the last two had. */
export class SetupHabits {
  readonly #habits = new LRUCache<string, Habit>({ max: maxModels });

  note(model: string, setup: Setup): void {
    if (setup.key.length > maxKeyLength) {
      this.#habits.delete(model);
      return;
    }
    const last = this.#habits.get(model);
    const times = last?.setup.key === setup.key ? last.times + 1 : 1;
    this.#habits.set(model, { setup, times });
  }

  of(model: string): Setup | undefined {
    const habit = this.#habits.get(model);
    return habit !== undefined && habit.times > 1 ? habit.setup : undefined;
  }
}
