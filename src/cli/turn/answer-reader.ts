import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { EventReader } from '../../messages-api/event-reader.ts';
import { toUsedUpWindow, type UsedUpWindow } from '../../admission/plan-limits.ts';
import type { LoggedFailure } from '../../process/error-log.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { classifyFailure } from '../../admission/classify-failure.ts';

/** Where the CLI would wait longer than this before a retry, the turn fails at once, and the client learns the cause. */
const longestRetryMs = 5000;

export interface AnswerReaderOptions {
  /** Gives the client's own name of a tool. */
  toClientName?: (name: string) => string;
  /** Whether the conversation is the CLI's to change: where the API refuses an image, it asks again without; not by default. */
  mayAskAgain?: boolean;
}

/**
 * Translates the lines of one running turn, in order, into the events of the answer. Throws what the turn failed with.
 * Knows neither process nor clock.
 */
export class AnswerReader {
  readonly #events: EventReader;
  readonly #mayAskAgain: boolean;
  #errorName: string | undefined;
  #usedUp: UsedUpWindow | undefined;

  constructor({ toClientName, mayAskAgain = false }: AnswerReaderOptions = {}) {
    this.#events = new EventReader(toClientName);
    this.#mayAskAgain = mayAskAgain;
  }

  /** `failures`: the API's own answers, where the line is about one that it did not serve, and they are known. */
  read(message: CliMessage, failures: readonly LoggedFailure[] = []): TurnEvent | undefined {
    switch (message.type) {
      case 'stream_event':
        // A subagent's words are not the answer's.
        if (message.parent_tool_use_id) return undefined;
        if (message.event.type === 'message_start') this.#requireUnchanged();
        return this.#events.read(message.event);
      case 'assistant':
        // Repeats what the events have said, or is the CLI's own text, never an answer; only its error counts.
        this.#errorName = message.error ?? undefined;
        if (message.error != null && this.#mayAskAgain) this.#requireServed(failures);
        return undefined;
      case 'rate_limit_event':
        this.#usedUp = toUsedUpWindow(message.rate_limit_info);
        return undefined;
      case 'system':
        if (message.subtype === 'init' || message.retry_delay_ms <= longestRetryMs) return undefined;
        throw classifyFailure({
          status: message.error_status ?? undefined,
          name: message.error ?? undefined,
          text: '',
          usedUp: this.#usedUp,
          retryDelayMs: message.retry_delay_ms,
        });
      case 'result':
        return this.#readResult(message, failures);
      case 'control_response':
      case 'other':
        return undefined;
    }
  }

  /** A turn that gets here had no answer: its `message_delta` would have ended it. */
  #readResult(result: Extract<CliMessage, { type: 'result' }>, failures: readonly LoggedFailure[]): TurnEvent {
    if (result.stop_reason === 'refusal') return this.#events.end('refusal');
    if (!result.is_error) {
      throw new HarnessError('CLI_PROTOCOL', 'The claude CLI ended the turn without an answer from the model.');
    }
    const status = result.api_error_status ?? undefined;
    const said = failures.find((failure) => failure.status !== undefined && failure.status === status);
    throw classifyFailure({
      status,
      name: this.#errorName,
      text: said?.sentence ?? result.result ?? '',
      usedUp: this.#usedUp,
    });
  }

  /** The CLI asks again at once, without what was refused: the first refusal is of the conversation as it was. */
  #requireServed(failures: readonly LoggedFailure[]): void {
    const refusal = failures.find(({ status }) => status === 400);
    if (refusal === undefined) return;
    throw classifyFailure({ status: 400, name: this.#errorName, text: refusal.sentence, usedUp: this.#usedUp });
  }

  /** An answer after an error is one to another request: the CLI has taken out what the API refused. */
  #requireUnchanged(): void {
    if (this.#errorName === undefined) return;
    const message = 'The API refused an image or a document of the conversation; send the conversation without it.';
    throw new HarnessError('INVALID_REQUEST', message);
  }
}
