import { LRUCache } from 'lru-cache';

/** What a process is given before its request; it counts once, so that a process serves one setup only. */
export interface Setup {
  /** Lines for its input. */
  lines: readonly object[];
  /** Further lines for a process that gets the setup ahead of its request, which make that quicker and change nothing. */
  ahead?: readonly object[];
  /** The same as text: two setups are the same when these are. */
  key: string;
}

const maxModels = 16;
/** The most that is kept of a setup, in characters: those of large tools cost more memory than they save time. */
const maxKeyLength = 512 * 1024;

interface Repetition {
  setup: Setup;
  /** How many requests in a row had it. */
  times: number;
}

/** The setup that the next request of a model will probably have: the one that the last two had. */
export class RepeatedSetup {
  readonly #last = new LRUCache<string, Repetition>({ max: maxModels });

  note(model: string, setup: Setup): void {
    if (setup.key.length > maxKeyLength) {
      this.#last.delete(model);
      return;
    }
    const last = this.#last.get(model);
    const times = last?.setup.key === setup.key ? last.times + 1 : 1;
    this.#last.set(model, { setup, times });
  }

  of(model: string): Setup | undefined {
    const last = this.#last.get(model);
    return last !== undefined && last.times > 1 ? last.setup : undefined;
  }
}
