import { answerRestarted } from '../../core/answer-restarted.ts';
import type { BlockStart, TurnEvent } from '../../core/turn-event.ts';
import type { MessageOptions, WireBlock, WireDelta, WireEvent } from './types.ts';
import { toWireUsage } from './usage.ts';

/** One answer of a turn as the events of the Messages API. */
export class MessageStream {
  readonly #options: MessageOptions;
  #hasStarted = false;
  /** The index of the latest block that was begun. */
  #index = -1;
  #isOpen = false;

  constructor(options: MessageOptions) {
    this.#options = options;
  }

  /**
   * The events for the turn's next one, in order. Throws `ANSWER_RESTARTED` when the answer begins again after a part
   * of it has gone out, since what the client has cannot be taken back.
   */
  push(event: TurnEvent): WireEvent[] {
    switch (event.type) {
      case 'start':
        return this.#start(event);
      case 'restart':
        if (this.#index >= 0) throw answerRestarted();
        return this.#start(event);
      case 'block_start':
        return this.#begin(event.block);
      case 'text':
        return event.text === '' ? [] : this.#add({ type: 'text_delta', text: event.text });
      case 'citation':
        return this.#add({ type: 'citations_delta', citation: event.citation });
      case 'thinking':
        return event.text === '' ? [] : this.#add({ type: 'thinking_delta', thinking: event.text });
      case 'signature':
        return this.#add({ type: 'signature_delta', signature: event.signature });
      case 'input':
        return this.#add({ type: 'input_json_delta', partial_json: event.json });
      case 'block_stop':
        return this.#stop();
      case 'end':
        return [
          ...this.#stop(),
          {
            type: 'message_delta',
            delta: { stop_reason: event.stopReason, stop_sequence: event.stopSequence ?? null },
            usage: toWireUsage(event.usage),
          },
          { type: 'message_stop' },
        ];
      case 'warning':
        return [];
    }
  }

  #start({ model, usage }: Extract<TurnEvent, { type: 'start' | 'restart' }>): WireEvent[] {
    if (this.#hasStarted) return [];
    this.#hasStarted = true;
    return [
      {
        type: 'message_start',
        message: {
          id: this.#options.id,
          type: 'message',
          role: 'assistant',
          model,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          container: null,
          usage: toWireUsage(usage),
        },
      },
      { type: 'ping' },
    ];
  }

  #begin(block: BlockStart): WireEvent[] {
    const isThought = block.type === 'thinking' || block.type === 'redacted_thinking';
    // Half of a thought would not be taken back by the API: it is shown with its signature, or not at all.
    if (isThought && !this.#options.showReasoning) return [];
    this.#index += 1;
    this.#isOpen = true;
    return [{ type: 'content_block_start', index: this.#index, content_block: toWireBlock(block) }];
  }

  #add(delta: WireDelta): WireEvent[] {
    return this.#isOpen ? [{ type: 'content_block_delta', index: this.#index, delta }] : [];
  }

  #stop(): WireEvent[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    return [{ type: 'content_block_stop', index: this.#index }];
  }
}

function toWireBlock(block: BlockStart): WireBlock {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {} };
    // Declining is text here, too, and told by the stop reason.
    case 'refusal':
    case 'output':
    case 'text':
      return { type: 'text', text: '' };
  }
}
