import type { PendingLines } from '../pool/pending-lines.ts';

/** They come 5 to 50 ms after the answer, on a busy machine later (2.1.197 and 2.1.332). */
const timeoutMs = 1000;
/** Of turns that follow each other faster, not each is worth the time in which its process serves nobody. */
const everyMs = 1000;

/**
 * What the CLI says after an answer, which is how much of the plan is used. It says nothing where it is interrupted at once,
 * as it is to serve the next turn.
 */
export class LastLines {
  #readAt = -Infinity;

  /** Reads them, from time to time. Never throws. */
  async read(lines: PendingLines): Promise<void> {
    const now = performance.now();
    if (now - this.#readAt < everyMs) return;
    this.#readAt = now;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      for (;;) {
        const message = await lines.next(signal);
        if (message === undefined || message.type === 'rate_limit_event' || message.type === 'result') return;
      }
    } catch {
      // It takes too long, or prints what is not understood: whoever reads on finds out.
    }
  }
}
