import type { JournalSink } from '../core/journal.ts';

/** Counts the day's requests for answers. Days are those of the machine's time zone. */
export class RequestCounter {
  readonly #now: () => number;
  #day = '';
  #since = 0;
  #served = 0;
  #failed = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#turnPage();
  }

  /** Takes in what the journal has of a finished request. */
  readonly sink: JournalSink = ({ error, clientGone }) => {
    this.count(error === undefined && !clientGone);
  };

  count(isServed: boolean): void {
    this.#turnPage();
    if (isServed) this.#served += 1;
    else this.#failed += 1;
  }

  /** `since` is today's midnight, or when counting began, in ms since the epoch. */
  get today(): { since: number; served: number; failed: number } {
    this.#turnPage();
    return { since: this.#since, served: this.#served, failed: this.#failed };
  }

  #turnPage(): void {
    const now = new Date(this.#now());
    const day = now.toDateString();
    if (day === this.#day) return;
    this.#since = this.#day === '' ? now.getTime() : new Date(now).setHours(0, 0, 0, 0);
    this.#day = day;
    this.#served = 0;
    this.#failed = 0;
  }
}
