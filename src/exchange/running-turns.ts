import { HarnessError } from '../core/errors.ts';
import type { RequestRecord } from './record.ts';

interface RunningTurn {
  record: RequestRecord;
  cancelling: AbortController;
}

/** The requests whose answers are being made, whoever waits for them: to be seen, and to be cancelled. */
export class RunningTurns {
  readonly #running = new Set<RunningTurn>();

  /**
   * Lists a request until `end` is called, which must be. The signal that it gives aborts with `signal`, and with
   * `TURN_CANCELLED` when the request is cancelled.
   */
  begin(record: RequestRecord, signal: AbortSignal): { signal: AbortSignal; end: () => void } {
    const turn = { record, cancelling: new AbortController() };
    this.#running.add(turn);
    return {
      signal: AbortSignal.any([signal, turn.cancelling.signal]),
      end: () => {
        this.#running.delete(turn);
      },
    };
  }

  /** The longest running first. */
  list(): RequestRecord[] {
    return [...this.#running].map(({ record }) => record);
  }

  /** Ends what has this id, which its client may have given to several requests. False where nothing has it. */
  cancel(requestId: string): boolean {
    const turns = [...this.#running].filter(({ record }) => record.requestId === requestId);
    for (const { cancelling } of turns) {
      cancelling.abort(new HarnessError('TURN_CANCELLED', 'The owner of this service has cancelled the request.'));
    }
    return turns.length > 0;
  }
}
