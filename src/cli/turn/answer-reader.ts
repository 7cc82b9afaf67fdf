import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { EventReader } from '../../messages-api/event-reader.ts';
import { toUsedUpWindow, type UsedUpWindow } from '../../admission/plan-limits.ts';
import type { CliMessage } from '../../process/stream-messages.ts';
import { classifyFailure } from './classify-failure.ts';

/** Where the CLI would wait longer than this before a retry, the turn fails at once, and the client learns the cause. */
const longestRetryMs = 5000;

/**
 * Translates the lines of one running turn, in order, into the events of the answer. Throws what the turn failed with.
 * Knows neither process nor clock.
 */
export class AnswerReader {
  readonly #events: EventReader;
  #errorName: string | undefined;
  #usedUp: UsedUpWindow | undefined;

  /** `toClientName` gives the client's own name of a tool. */
  constructor(toClientName?: (name: string) => string) {
    this.#events = new EventReader(toClientName);
  }

  read(message: CliMessage): TurnEvent | undefined {
    switch (message.type) {
      case 'stream_event':
        // A subagent's words are not the answer's.
        return message.parent_tool_use_id ? undefined : this.#events.read(message.event);
      case 'assistant':
        // Repeats what the events have said, or is the CLI's own text, never an answer; only its error counts.
        this.#errorName = message.error ?? undefined;
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
        return this.#readResult(message);
      case 'control_response':
      case 'other':
        return undefined;
    }
  }

  /** A turn that gets here had no answer: its `message_delta` would have ended it. */
  #readResult(result: Extract<CliMessage, { type: 'result' }>): TurnEvent {
    if (result.stop_reason === 'refusal') return this.#events.end('refusal');
    if (!result.is_error) {
      throw new HarnessError('CLI_PROTOCOL', 'The claude CLI ended the turn without an answer from the model.');
    }
    throw classifyFailure({
      status: result.api_error_status ?? undefined,
      name: this.#errorName,
      text: result.result ?? '',
      usedUp: this.#usedUp,
    });
  }
}
