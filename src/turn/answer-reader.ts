import { HarnessError } from '../core/errors.ts';
import type { StopReason, TurnEvent, Usage } from '../core/turn-event.ts';
import { toUsedUpWindow, type UsedUpWindow } from '../pool/plan-limits.ts';
import type { CliMessage, CliUsage } from '../process/stream-messages.ts';
import { classifyFailure } from './classify-failure.ts';

/** A retry that the CLI would wait longer for than this is not waited for: the client learns the cause at once. */
const longestRetryMs = 5000;

type StreamEvent = Extract<CliMessage, { type: 'stream_event' }>['event'];

const noUsage: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
};

/**
 * Reads the lines of one running turn, in order, and gives the events of the answer. Throws what the turn failed with.
 * Knows no process and no clock.
 */
export class AnswerReader {
  #usage = noUsage;
  #errorName: string | undefined;
  #usedUp: UsedUpWindow | undefined;

  read(message: CliMessage): TurnEvent | undefined {
    switch (message.type) {
      case 'stream_event':
        // A subagent's words are not the answer's.
        return message.parent_tool_use_id ? undefined : this.#readEvent(message.event);
      case 'assistant':
        // Repeats what the events have said, or is a text of the CLI's own, never an answer; only its error counts.
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

  #readEvent(event: StreamEvent): TurnEvent | undefined {
    switch (event.type) {
      case 'message_start':
        this.#usage = noUsage;
        this.#addUsage(event.message.usage);
        return { type: 'start', model: event.message.model };
      case 'content_block_delta':
        return event.delta.type === 'text_delta'
          ? { type: 'text', text: event.delta.text }
          : { type: 'thinking', text: event.delta.thinking };
      case 'message_delta':
        this.#addUsage(event.usage ?? {});
        // A message that was cut off, or interrupted, is closed without a reason; only a reason makes it an answer.
        return event.delta.stop_reason ? this.#end(event.delta.stop_reason) : undefined;
    }
  }

  /** A turn that has come this far had no answer: its `message_delta` would have ended it. */
  #readResult(result: Extract<CliMessage, { type: 'result' }>): TurnEvent {
    if (result.stop_reason === 'refusal') return this.#end('refusal');
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

  #end(stopReason: string): TurnEvent {
    return { type: 'end', stopReason: toStopReason(stopReason), usage: this.#usage };
  }

  /** Counts of a later event replace those of an earlier one, as the API counts from the start of the message. */
  #addUsage(usage: CliUsage): void {
    const before = this.#usage;
    this.#usage = {
      inputTokens: usage.input_tokens ?? before.inputTokens,
      cacheReadTokens: usage.cache_read_input_tokens ?? before.cacheReadTokens,
      cacheCreationTokens: usage.cache_creation_input_tokens ?? before.cacheCreationTokens,
      outputTokens: usage.output_tokens ?? before.outputTokens,
      thinkingTokens: usage.output_tokens_details?.thinking_tokens ?? before.thinkingTokens,
    };
  }
}

function toStopReason(reason: string): StopReason {
  switch (reason) {
    case 'max_tokens':
    case 'stop_sequence':
    case 'tool_use':
    case 'refusal':
      return reason;
    case 'model_context_window_exceeded':
      return 'max_tokens';
    default:
      // `end_turn`, and reasons that are younger than this harness: the model has come to an end.
      return 'end_turn';
  }
}
