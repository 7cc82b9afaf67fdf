import type { JournalEntry, JournalSink } from '../core/journal.ts';
import type { Logger } from '../core/logger.ts';

/** Hands every finished request to all who want to know of it: the log, the metrics, the counts of the day. */
export class Journal {
  readonly #sinks: readonly JournalSink[];
  readonly #log: Logger;

  constructor(sinks: readonly JournalSink[], log: Logger) {
    this.#sinks = sinks;
    this.#log = log;
  }

  /** Called once for each request, when it is over. A sink that fails keeps nothing from the others. */
  write(entry: JournalEntry): void {
    for (const sink of this.#sinks) {
      try {
        sink(entry);
      } catch (error) {
        this.#log.error('a finished request could not be recorded', { request_id: entry.requestId, error });
      }
    }
  }
}
