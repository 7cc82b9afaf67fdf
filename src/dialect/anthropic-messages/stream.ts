import { answerRestarted } from '../../core/answer-restarted.ts';
import type { BlockStart, TurnEvent } from '../../core/turn-event.ts';
import type { MessageOptions, WireBlock, WireDelta, WireEvent } from './types.ts';
import { toWireUsage } from './usage.ts';

/** One answer of a turn as the events of the Messages API. */
export class MessageStream {
  readonly #options: MessageOptions;
  #hasStarted = false;
  /** How many blocks were begun. */
  #count = 0;
  /** The indexes of the blocks that are open, by their ids. */
  readonly #open = new Map<number, number>();

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
        if (this.#count > 0) throw answerRestarted();
        return this.#start(event);
      case 'block_start':
        return this.#begin(event);
      case 'text':
        return event.text === '' ? [] : this.#add(event.id, { type: 'text_delta', text: event.text });
      case 'citation':
        return this.#add(event.id, { type: 'citations_delta', citation: event.citation });
      case 'thinking':
        return event.text === '' ? [] : this.#add(event.id, { type: 'thinking_delta', thinking: event.text });
      case 'signature':
        return this.#add(event.id, { type: 'signature_delta', signature: event.signature });
      case 'input':
        return this.#add(event.id, { type: 'input_json_delta', partial_json: event.json });
      case 'opaque':
        return this.#add(event.id, event.delta);
      case 'block_stop':
        return this.#stop(event.id);
      case 'end':
        return [
          ...[...this.#open.keys()].flatMap((id) => this.#stop(id)),
          {
            type: 'message_delta',
            delta: { stop_reason: event.stopReason, stop_sequence: event.stopSequence ?? null, ...event.extra?.delta },
            usage: toWireUsage(event.usage),
            ...event.extra?.event,
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

  #begin({ id, block }: Extract<TurnEvent, { type: 'block_start' }>): WireEvent[] {
    const isThought = block.type === 'thinking' || block.type === 'redacted_thinking';
    // The API refuses thinking without its signature: it is shown with it, or not at all.
    if (isThought && !this.#options.showReasoning) return [];
    const index = this.#count++;
    this.#open.set(id, index);
    return [{ type: 'content_block_start', index, content_block: toWireBlock(block) }];
  }

  #add(id: number, delta: WireDelta): WireEvent[] {
    const index = this.#open.get(id);
    return index === undefined ? [] : [{ type: 'content_block_delta', index, delta }];
  }

  #stop(id: number): WireEvent[] {
    const index = this.#open.get(id);
    if (index === undefined) return [];
    this.#open.delete(id);
    return [{ type: 'content_block_stop', index }];
  }
}

function toWireBlock(block: BlockStart): WireBlock {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: {}, ...block.extra };
    case 'opaque':
      return block.block;
    // A refusal is text here, too; the stop reason says that it is one.
    case 'refusal':
    case 'output':
    case 'text':
      return { type: 'text', text: '' };
  }
}
