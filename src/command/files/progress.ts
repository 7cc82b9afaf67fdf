import bytes from 'bytes';

export interface ProgressOptions {
  write: (text: string) => void;
  /** Whether a line can be written over. */
  isTerminal: boolean;
  /** Milliseconds, from any beginning. */
  ticks: () => number;
}

/** What is soon done shows nothing. */
const silentMs = 2000;
const terminalMs = 200;
const plainMs = 5000;

/** Tells how far a transfer has come: on a terminal in one line, elsewhere in a line now and then. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #total: number;
  #done = 0;
  #nextAt: number;
  #hasLine = false;

  constructor(total: number, options: ProgressOptions) {
    this.#options = options;
    this.#total = total;
    this.#nextAt = options.ticks() + silentMs;
  }

  add(count: number): void {
    const { write, isTerminal, ticks } = this.#options;
    this.#done += count;
    if (ticks() < this.#nextAt) return;
    this.#nextAt = ticks() + (isTerminal ? terminalMs : plainMs);
    const percent = this.#total === 0 ? 100 : Math.floor((this.#done / this.#total) * 100);
    const line = `${percent}% of ${bytes.format(this.#total) ?? ''}`;
    write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    this.#hasLine = isTerminal;
  }

  end(): void {
    if (this.#hasLine) this.#options.write('\r\u001b[K');
  }
}
