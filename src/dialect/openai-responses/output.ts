import { answerRestarted } from '../../core/answer-restarted.ts';
import type { BlockStart, TurnEvent } from '../../core/turn-event.ts';
import { wordlessRefusal } from '../openai-shared/answer-texts.ts';
import { UrlCitations } from '../openai-shared/url-citations.ts';
import { ApplyPatchItem } from './apply-patch-item.ts';
import { CallItem } from './call-item.ts';
import { CustomCallItem } from './custom-call-item.ts';
import { FunctionCallItem } from './function-call-item.ts';
import { toOutputId, type ItemKind } from './ids.ts';
import { LocalShellItem } from './local-shell-item.ts';
import { MessageItem, type ItemPlace } from './message-item.ts';
import { ReasoningItem, type ReasoningOptions } from './reasoning-item.ts';
import type { ToolForms } from './tool-forms.ts';
import type { EventBody, ItemStatus, WireItem, WirePart } from './types.ts';
import { isWebSearchCall, WebSearchItem } from './web-search-item.ts';

type OutputItem = MessageItem | CallItem | ReasoningItem | WebSearchItem;

export interface OutputOptions extends ReasoningOptions {
  responseId: string;
  /** Whether thinking is shown at all. */
  showReasoning: boolean;
  /** In what form calls go back. */
  forms: ToolForms;
  /** The client gets the answer only when it is complete, so that it may begin again. */
  buffered: boolean;
}

/** The items of an answer, one after the other. An item ends with the next one's beginning, or with the answer. */
export class Output {
  readonly #options: OutputOptions;
  #done: WireItem[] = [];
  #open: OutputItem | undefined;
  /** The part that the next text begins. */
  #next: WirePart['type'] | undefined;
  /** Of the text that is being written. */
  #citations = new UrlCitations();

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
        return this.#begin(event.block, event.id);
      case 'text':
        return event.text === '' ? [] : this.#write(event.text);
      case 'thinking':
        return event.text !== '' && this.#open instanceof ReasoningItem ? this.#open.write(event.text) : [];
      case 'signature':
        if (this.#open instanceof ReasoningItem) this.#open.sign(event.signature);
        return [];
      case 'input':
        return event.json !== '' && this.#open instanceof CallItem ? this.#open.write(event.json) : [];
      case 'citation':
        this.#citations.cite(event.id, event.citation);
        return [];
      case 'opaque':
        if (this.#open instanceof WebSearchItem) this.#open.write(event.delta);
        return [];
      case 'block_stop':
        return this.#stop(event.id);
      case 'warning':
        return [];
    }
  }

  /** Ends the last item. `declined`: structured output was asked for, and the model would not give it. */
  end({ status, declined }: { status: ItemStatus; declined: boolean }): EventBody[] {
    const isWordless = declined && !this.items(status).some(hasRefusal);
    const words = isWordless ? [...this.#beginPart('refusal'), ...this.#write(wordlessRefusal)] : [];
    const blank = this.#isEmpty && status === 'completed' ? this.#blankMessage() : [];
    return [...words, ...blank, ...this.#close(status)];
  }

  get #isEmpty(): boolean {
    return this.#open === undefined && this.#done.length === 0;
  }

  #begin(block: BlockStart, id: number): EventBody[] {
    switch (block.type) {
      case 'text':
      case 'output':
        this.#beginPart('output_text');
        this.#citations.begin(id);
        return [];
      case 'refusal':
        return this.#beginPart('refusal');
      case 'tool_use':
        return this.#beginCall(block);
      case 'thinking':
        if (!this.#options.showReasoning) return [];
        return this.#openItem('rs', (place) => new ReasoningItem(place, this.#options));
      case 'redacted_thinking':
        if (!this.#options.showReasoning) return [];
        return this.#openItem('rs', (place) => new ReasoningItem(place, this.#options, block));
      case 'opaque':
        return this.#beginOpaque(block.block);
    }
  }

  #beginCall({ id, name }: { id: string; name: string }): EventBody[] {
    const form = this.#options.forms.get(name) ?? { kind: 'function', tool: { name } };
    switch (form.kind) {
      case 'function':
        return this.#openItem('fc', (place) => new FunctionCallItem(place, id, form.tool));
      case 'custom':
        return this.#openItem('ctc', (place) => new CustomCallItem(place, id, form.tool));
      case 'local_shell':
        return this.#openItem('lsh', (place) => new LocalShellItem(place, id));
      case 'apply_patch':
        return this.#openItem('apc', (place) => new ApplyPatchItem(place, id));
    }
  }

  /** A search is an item. There is none for other blocks; what the model says of them comes as text. */
  #beginOpaque(block: Readonly<Record<string, unknown>>): EventBody[] {
    if (isWebSearchCall(block)) return this.#openItem('ws', (place) => new WebSearchItem(place, block));
    return this.#open instanceof WebSearchItem && this.#open.takeResult(block) ? this.#close('completed') : [];
  }

  #beginPart(type: WirePart['type']): EventBody[] {
    this.#next = type;
    // Each block of text is a part of its own, in which its characters are counted.
    this.#citations = new UrlCitations();
    return [];
  }

  #stop(id: number): EventBody[] {
    if (this.#open instanceof WebSearchItem) return this.#open.search();
    const citations = this.#citations.end(id);
    return this.#open instanceof MessageItem ? this.#open.annotate(citations) : [];
  }

  /** The first text begins a message: blocks without text do not count. */
  #write(text: string): EventBody[] {
    const events = this.#open instanceof MessageItem ? [] : this.#openItem('msg', (place) => new MessageItem(place));
    const message = this.#open;
    if (!(message instanceof MessageItem)) return events;
    const part = this.#next === undefined ? [] : message.beginPart(this.#next);
    this.#next = undefined;
    this.#citations.write(text);
    return [...events, ...part, ...message.write(text)];
  }

  /** Clients expect a message in an answer that is complete. */
  #blankMessage(): EventBody[] {
    const message = new MessageItem(this.#place('msg'));
    this.#open = message;
    return [...message.open(), ...message.beginPart('output_text')];
  }

  #openItem(kind: ItemKind, create: (place: ItemPlace) => OutputItem): EventBody[] {
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
