import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { MessageStream } from './stream.ts';
import type { MessageOptions, WireBlock, WireDelta, WireEvent, WireMessage } from './types.ts';

/** Joins the events that a stream would have sent, so that streamed and whole answers have the same content. */
export class MessageCollector {
  readonly #options: MessageOptions;
  #stream: MessageStream;
  #message: WireMessage | undefined;
  #json = '';

  constructor(options: MessageOptions) {
    this.#options = options;
    this.#stream = new MessageStream(options);
  }

  /** Takes the turn's next event. */
  push(event: TurnEvent): void {
    if (event.type === 'restart') this.#stream = new MessageStream(this.#options);
    for (const wire of this.#stream.push(event)) this.#apply(wire);
  }

  /** The whole answer; throws when it has not ended. */
  message(): WireMessage {
    if (this.#message?.stop_reason == null) throw new HarnessError('INTERNAL', 'The answer was read before its end.');
    return this.#message;
  }

  #apply(event: WireEvent): void {
    const message = this.#message;
    if (event.type === 'message_start') this.#message = event.message;
    if (message === undefined) return;
    switch (event.type) {
      case 'content_block_start':
        message.content.push(event.content_block);
        this.#json = '';
        return;
      case 'content_block_delta':
        this.#extend(message.content.at(-1), event.delta);
        return;
      case 'content_block_stop': {
        const block = message.content.at(-1);
        if (block?.type === 'tool_use') block.input = toInput(this.#json);
        return;
      }
      case 'message_delta':
        message.stop_reason = event.delta.stop_reason;
        message.stop_sequence = event.delta.stop_sequence;
        message.usage = event.usage;
        return;
      case 'message_start':
      case 'message_stop':
      case 'ping':
        return;
    }
  }

  #extend(block: WireBlock | undefined, delta: WireDelta): void {
    if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
    if (delta.type === 'citations_delta' && block?.type === 'text') (block.citations ??= []).push(delta.citation);
    if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
    if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature += delta.signature;
    if (delta.type === 'input_json_delta') this.#json += delta.partial_json;
  }
}

/** Missing arguments become an empty object; so do those that `max_tokens` cut off, which no client could use. */
function toInput(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
