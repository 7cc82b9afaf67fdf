import type { BackgroundAnswer } from '../../core/endpoint.ts';
import { HarnessError, toHarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { createDeferred } from '../../util/deferred.ts';
import { EventLog } from './event-log.ts';
import type { StoredResponse } from './response-store.ts';

/** Work that no connection waits for, as the shutdown sees it. */
export interface TrackedWork {
  /** Aborts when the service ends before the work does. */
  signal: AbortSignal;
  end(): void;
}

export interface BackgroundRequest {
  answer: BackgroundAnswer;
  /** Begins the turn. */
  run: (signal: AbortSignal) => AsyncIterable<TurnEvent>;
  /** Whether its events are kept, for clients that follow it. */
  streams: boolean;
}

/** One answer that is made while nobody need wait for it. */
export class BackgroundRun {
  readonly #request: BackgroundRequest;
  readonly #work: TrackedWork;
  readonly #cancelled = new AbortController();
  readonly #over = createDeferred<undefined>();
  readonly #events: EventLog | undefined;

  constructor(request: BackgroundRequest, work: TrackedWork) {
    this.#request = request;
    this.#work = work;
    this.#events = request.streams ? new EventLog() : undefined;
    this.#add(request.answer.queue());
  }

  get entry(): StoredResponse {
    const { id, createdAt, inputItems, previousId, response } = this.#request.answer.kept;
    return { id, createdAt, inputItems, response, ...(previousId !== undefined && { previousId }) };
  }

  /** How many events are kept. */
  get size(): number {
    return this.#events?.length ?? 0;
  }

  /** Runs the turn, then `onOver`, whatever became of the answer. Must be called once. */
  async answer(onOver: () => Promise<void>): Promise<void> {
    const { answer, run } = this.#request;
    const cancelled = this.#cancelled.signal;
    const signal = AbortSignal.any([this.#work.signal, cancelled]);
    try {
      for await (const event of run(signal)) this.#add(answer.push(event));
    } catch (reason) {
      this.#add(cancelled.aborted ? answer.cancel() : answer.fail(toHarnessError(reason)));
    } finally {
      this.#events?.close();
      await onOver();
      this.#work.end();
      this.#over.resolve(undefined);
    }
  }

  /** Its events from the `start`-th on; `undefined` when they are not kept. */
  follow(start: number, signal: AbortSignal): AsyncIterable<object> | undefined {
    return this.#events?.follow(start, signal);
  }

  /** Ends the turn; settles when it is over and kept. Does nothing to an answer that is complete. */
  async cancel(): Promise<void> {
    this.#cancelled.abort(new HarnessError('ABORTED', 'The response was cancelled.'));
    await this.#over.promise;
  }

  #add(events: readonly object[]): void {
    this.#events?.add(events);
  }
}
