import type { RedactedThinkingBlock, ThinkingBlock } from '../../core/conversation.ts';
import type { ItemPlace } from './message-item.ts';
import { sealThought } from './sealed-thought.ts';
import type { EventBody, ItemStatus, SummaryPart, WireReasoning } from './types.ts';

export interface ReasoningOptions {
  /** The model as the client named it. */
  model: string;
  /** Whether the item has the thinking as its summary. */
  summarizes: boolean;
}

/** A thinking block while it is being written. */
export class ReasoningItem {
  readonly #place: ItemPlace;
  readonly #options: ReasoningOptions;
  readonly #redacted: RedactedThinkingBlock | undefined;
  #thoughts: string[] = [];
  #signature = '';
  #hasPart = false;

  constructor(place: ItemPlace, options: ReasoningOptions, redacted?: RedactedThinkingBlock) {
    this.#place = place;
    this.#options = options;
    this.#redacted = redacted;
  }

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') }];
  }

  write(delta: string): EventBody[] {
    this.#thoughts.push(delta);
    if (!this.#options.summarizes) return [];
    const place = this.#inSummary();
    const begin: EventBody[] = this.#hasPart
      ? []
      : [{ type: 'response.reasoning_summary_part.added', ...place, part: toPart('') }];
    this.#hasPart = true;
    return [...begin, { type: 'response.reasoning_summary_text.delta', ...place, delta }];
  }

  sign(signature: string): void {
    this.#signature += signature;
  }

  close(): EventBody[] {
    if (!this.#hasPart) return [];
    const place = this.#inSummary();
    const text = this.#thoughts.join('');
    return [
      { type: 'response.reasoning_summary_text.done', ...place, text },
      { type: 'response.reasoning_summary_part.done', ...place, part: toPart(text) },
    ];
  }

  item(status: ItemStatus): WireReasoning {
    const block = this.#block();
    return {
      id: this.#place.id,
      type: 'reasoning',
      status,
      summary: this.#hasPart ? [toPart(this.#thoughts.join(''))] : [],
      ...(block !== undefined && { encrypted_content: sealThought({ model: this.#options.model, block }) }),
    };
  }

  /** An unfinished thought has no signature, and the API would refuse it. */
  #block(): ThinkingBlock | RedactedThinkingBlock | undefined {
    if (this.#redacted !== undefined) return this.#redacted;
    if (this.#signature === '') return undefined;
    return { type: 'thinking', thinking: this.#thoughts.join(''), signature: this.#signature };
  }

  #inSummary() {
    return { item_id: this.#place.id, output_index: this.#place.index, summary_index: 0 };
  }
}

function toPart(text: string): SummaryPart {
  return { type: 'summary_text', text };
}
