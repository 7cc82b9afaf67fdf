import type { BatchState } from './batch-api.ts';

const barWidth = 30;
/** Where nobody watches, a log should not fill with lines. */
const minLineMs = 5000;

export interface ProgressOptions {
  print: (text: string) => void;
  /** A line is drawn over the one before. */
  isTerminal: boolean;
  /** Milliseconds, from any beginning. */
  ticks: () => number;
}

/** Shows how far a batch is. */
export class Progress {
  readonly #options: ProgressOptions;
  #shown = '';
  #shownAt = -Infinity;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  show(batch: Pick<BatchState, 'status' | 'done' | 'total' | 'isOver'>): void {
    const { done, total, status } = batch;
    this.#show(`${done}/${total} ${status}`, total === 0 ? 0 : done / total, batch.isOver);
  }

  /** What keeps it from getting on. */
  wait(reason: string): void {
    this.#show(reason, undefined, false);
  }

  #show(text: string, share: number | undefined, isLast: boolean): void {
    const { print, isTerminal, ticks } = this.#options;
    if (isTerminal) {
      // Clears the rest of the line.
      print(`\r${share === undefined ? '' : `${toBar(share)} `}${text}\u001B[K${isLast ? '\n' : ''}`);
      return;
    }
    if (text === this.#shown || (!isLast && ticks() - this.#shownAt < minLineMs)) return;
    print(`${text}\n`);
    this.#shown = text;
    this.#shownAt = ticks();
  }
}

function toBar(share: number): string {
  const full = Math.floor(share * barWidth);
  return `[${'#'.repeat(full)}${'-'.repeat(barWidth - full)}]`;
}
