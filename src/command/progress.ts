import bytes from 'bytes';

export interface ProgressOptions {
  /** Where people look, which is not where results go. */
  write: (text: string) => void;
  /** Whether a line can be drawn over the one before. */
  isTerminal: boolean;
  /** Milliseconds, from any beginning. */
  ticks: () => number;
}

/** What is soon done shows nothing. */
const silentMs = 2000;
const redrawMs = 200;
/** Where nobody watches, a log should not fill with lines. */
const lineMs = 5000;
const barWidth = 30;
const clearLine = '\r\u001B[K';

/** Shows how far something has come that takes its time: on a terminal in one line, elsewhere in a line now and then. */
export class Progress {
  readonly #options: ProgressOptions;
  #nextAt: number;
  #shown = '';
  #isDrawn = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#nextAt = options.ticks() + silentMs;
  }

  /** `share`: of all that is to be done, from 0 to 1, where that is known. */
  show(text: string, share?: number): void {
    const { write, isTerminal, ticks } = this.#options;
    const now = ticks();
    if (now < this.#nextAt || text === this.#shown) return;
    this.#nextAt = now + (isTerminal ? redrawMs : lineMs);
    this.#shown = text;
    this.#isDrawn = isTerminal;
    write(isTerminal ? `${clearLine}${share === undefined ? '' : `${toBar(share)} `}${text}` : `${text}\n`);
  }

  /** Shows a transfer. `total` is in bytes; absent where nobody knows. Gives what is called with the size of each piece. */
  transfer(what: string, total?: number): (count: number) => void {
    let done = 0;
    return (count) => {
      done += count;
      if (total === undefined) this.show(`${what}: ${bytes.format(done) ?? ''}`);
      else this.show(`${what}: ${percentOf(done, total)}% of ${bytes.format(total) ?? ''}`, done / total);
    };
  }

  /** Takes away what is drawn; something else is printed now. */
  end(): void {
    if (this.#isDrawn) this.#options.write(clearLine);
    this.#isDrawn = false;
  }
}

function percentOf(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((done / total) * 100);
}

function toBar(share: number): string {
  const full = Math.floor(Math.min(share, 1) * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}
