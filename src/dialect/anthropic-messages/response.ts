import { HarnessError } from '../../core/errors.ts';
import type { TurnEvent } from '../../core/turn-event.ts';
import { without } from '../../core/without.ts';
import { AssembledBlock } from './assembled-block.ts';
import { MessageStream } from './stream.ts';
import type { MessageOptions, WireEvent, WireMessage } from './types.ts';

/** Joins the events that a stream would have sent, so that streamed and whole answers have the same content. */
export class MessageCollector {
  readonly #options: MessageOptions;
  #stream: MessageStream;
  #message: WireMessage | undefined;
  #block: AssembledBlock | undefined;

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
        this.#block = new AssembledBlock(event.content_block);
        message.content.push(this.#block.block);
        return;
      case 'content_block_delta':
        this.#block?.add(event.delta);
        return;
      case 'content_block_stop':
        this.#block?.stop();
        return;
      case 'message_delta': {
        Object.assign(message, event.delta, without(event, 'type', 'delta'));
        return;
      }
      case 'message_start':
      case 'message_stop':
      case 'ping':
        return;
    }
  }
}
