import { HarnessError, toHarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { EventLog } from './event-log.ts';
import type { StoredResponse } from './response-store.ts';

/** Makes a response of a turn's events; a dialect's. Each step gives the events to tell. */
export interface AnswerRecorder {
  queue(): object[];
  push(event: TurnEvent): object[];
  fail(error: HarnessError): object[];
  cancel(): object[];
  /** The response as it stands, with all that is to be kept. */
  readonly whole: object;
}

/** Work that no connection waits for, as the shutdown sees it. */
export interface TrackedWork {
  /** Aborts when the service ends before the work does. */
  signal: AbortSignal;
  end(): void;
}

export interface BackgroundPlan {
  entry: Omit<StoredResponse, 'response'>;
  recorder: AnswerRecorder;
  /** Begins the turn. */
  run: (signal: AbortSignal) => AsyncIterable<TurnEvent>;
  /** Whether its events are kept, for clients that follow it. */
  streams: boolean;
}

/** One answer that is made while nobody need wait for it. */
export class BackgroundRun {
  readonly #plan: BackgroundPlan;
  readonly #work: TrackedWork;
  readonly #log: Logger;
  readonly #cancelled = new AbortController();
  readonly #events: EventLog | undefined;
  #done: Promise<void> | undefined;

  constructor(plan: BackgroundPlan, work: TrackedWork, log: Logger) {
    this.#plan = plan;
    this.#work = work;
    this.#log = log;
    this.#events = plan.streams ? new EventLog() : undefined;
    this.#tell(plan.recorder.queue());
  }

  get entry(): StoredResponse {
    return { ...this.#plan.entry, response: this.#plan.recorder.whole };
  }

  /** How many events are kept. */
  get size(): number {
    return this.#events?.length ?? 0;
  }

  /** Begins the turn. `onOver` is called when the answer is there, whatever became of it. */
  begin(onOver: () => void): void {
    this.#done = this.#answer(onOver);
  }

  /** Its events from the `start`-th on; `undefined` when they are not kept. */
  follow(start: number, signal: AbortSignal): AsyncIterable<object> | undefined {
    return this.#events?.follow(start, signal);
  }

  /** Ends the turn; settles when it is over. Does nothing to an answer that is complete. */
  async cancel(): Promise<void> {
    this.#cancelled.abort(new HarnessError('ABORTED', 'The response was cancelled.'));
    await this.#done;
  }

  async #answer(onOver: () => void): Promise<void> {
    const { recorder, run, entry } = this.#plan;
    const cancelled = this.#cancelled.signal;
    const signal = AbortSignal.any([this.#work.signal, cancelled]);
    try {
      for await (const event of run(signal)) this.#tell(recorder.push(event));
    } catch (reason) {
      const error = toHarnessError(reason);
      this.#tell(cancelled.aborted ? recorder.cancel() : recorder.fail(error));
      if (!cancelled.aborted) {
        const { code, message, facts } = error;
        this.#log.warn('a background response failed', {
          response_id: entry.id,
          error: code,
          reason: message,
          cause: facts.cause,
        });
      }
    } finally {
      this.#events?.close();
      onOver();
      this.#work.end();
    }
  }

  #tell(events: readonly object[]): void {
    this.#events?.add(events);
  }
}
