import { answerRestarted } from '../../core/answer-restarted.ts';
import type { BlockStart, TurnEvent } from '../../core/turn-event.ts';
import { wordlessRefusal } from '../openai-shared/answer-texts.ts';
import { CallItem } from './call-item.ts';
import { toOutputId, type ItemKind } from './ids.ts';
import { MessageItem, type ItemPlace } from './message-item.ts';
import { ReasoningItem, type ReasoningOptions } from './reasoning-item.ts';
import type { EventBody, ItemStatus, WireItem, WirePart } from './types.ts';

export interface OutputOptions extends ReasoningOptions {
  responseId: string;
  /** Whether thinking is shown at all. */
  showReasoning: boolean;
  /** The client gets the answer only when it is complete, so that it may begin again. */
  buffered: boolean;
}

/** The items of an answer, one after the other. An item ends with the next one's beginning, or with the answer. */
export class Output {
  readonly #options: OutputOptions;
  #done: WireItem[] = [];
  #open: MessageItem | CallItem | ReasoningItem | undefined;
  /** The part that the next text begins. */
  #next: WirePart['type'] | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  /** What there is so far; `status` is that of an item that has not ended. */
  items(status: ItemStatus): WireItem[] {
    return this.#open === undefined ? this.#done : [...this.#done, this.#open.item(status)];
  }

  /** Forgets the items of an answer that begins again. Throws `ANSWER_RESTARTED`. */
  restart(): void {
    if (!this.#isEmpty && !this.#options.buffered) throw answerRestarted();
    this.#done = [];
    this.#open = undefined;
    this.#next = undefined;
  }

  push(event: Exclude<TurnEvent, { type: 'start' | 'restart' | 'end' }>): EventBody[] {
    switch (event.type) {
      case 'block_start':
        return this.#begin(event.block);
      case 'text':
        return event.text === '' ? [] : this.#write(event.text);
      case 'thinking':
        return event.text !== '' && this.#open instanceof ReasoningItem ? this.#open.write(event.text) : [];
      case 'signature':
        if (this.#open instanceof ReasoningItem) this.#open.sign(event.signature);
        return [];
      case 'input':
        return event.json !== '' && this.#open instanceof CallItem ? this.#open.write(event.json) : [];
      case 'block_stop':
      case 'citation':
      case 'opaque':
      case 'warning':
        return [];
    }
  }

  /** Ends the last item. `declined`: structured output was asked for, and the model would not give it. */
  end({ status, declined }: { status: ItemStatus; declined: boolean }): EventBody[] {
    const isWordless = declined && !this.items(status).some(hasRefusal);
    const words = isWordless ? [...this.#begin({ type: 'refusal' }), ...this.#write(wordlessRefusal)] : [];
    const blank = this.#isEmpty && status === 'completed' ? this.#blankMessage() : [];
    return [...words, ...blank, ...this.#close(status)];
  }

  get #isEmpty(): boolean {
    return this.#open === undefined && this.#done.length === 0;
  }

  #begin(block: BlockStart): EventBody[] {
    switch (block.type) {
      case 'text':
      case 'output':
        this.#next = 'output_text';
        return [];
      case 'refusal':
        this.#next = 'refusal';
        return [];
      case 'tool_use':
        return this.#openItem('fc', (place) => new CallItem(place, block));
      case 'thinking':
        if (!this.#options.showReasoning) return [];
        return this.#openItem('rs', (place) => new ReasoningItem(place, this.#options));
      case 'redacted_thinking':
        if (!this.#options.showReasoning) return [];
        return this.#openItem('rs', (place) => new ReasoningItem(place, this.#options, block));
      // There is no item for it; what the model says of it comes as text.
      case 'opaque':
        return [];
    }
  }

  /** The first text begins a message: blocks without text do not count. */
  #write(text: string): EventBody[] {
    const events = this.#open instanceof MessageItem ? [] : this.#openItem('msg', (place) => new MessageItem(place));
    const message = this.#open;
    if (!(message instanceof MessageItem)) return events;
    const part = this.#next === undefined ? [] : message.beginPart(this.#next);
    this.#next = undefined;
    return [...events, ...part, ...message.write(text)];
  }

  /** Clients expect a message in an answer that is complete. */
  #blankMessage(): EventBody[] {
    const message = new MessageItem(this.#place('msg'));
    this.#open = message;
    return [...message.open(), ...message.beginPart('output_text')];
  }

  #openItem(kind: ItemKind, create: (place: ItemPlace) => MessageItem | CallItem | ReasoningItem): EventBody[] {
    const closed = this.#close('completed');
    const item = create(this.#place(kind));
    this.#open = item;
    return [...closed, ...item.open()];
  }

  #place(kind: ItemKind): ItemPlace {
    const index = this.#done.length;
    return { id: toOutputId(kind, this.#options.responseId, index), index };
  }

  #close(status: ItemStatus): EventBody[] {
    const open = this.#open;
    if (open === undefined) return [];
    const events = open.close();
    const item = open.item(status);
    this.#open = undefined;
    this.#done = [...this.#done, item];
    return [...events, { type: 'response.output_item.done', output_index: this.#done.length - 1, item }];
  }
}

function hasRefusal(item: WireItem): boolean {
  return item.type === 'message' && item.content.some(({ type }) => type === 'refusal');
}
