import type { UrlCitation } from '../openai-shared/url-citations.ts';
import type { Annotation, EventBody, ItemStatus, WireMessage, WirePart } from './types.ts';

export interface ItemPlace {
  id: string;
  /** The item's place in the response's output. */
  index: number;
}

/** A message of the assistant while it is being written. */
export class MessageItem {
  readonly #place: ItemPlace;
  readonly #parts: WirePart[] = [];
  #texts: string[] = [];
  #annotations: Annotation[] = [];
  #type: WirePart['type'] | undefined;

  constructor(place: ItemPlace) {
    this.#place = place;
  }

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') }];
  }

  /** Continues in a new part. */
  beginPart(type: WirePart['type']): EventBody[] {
    const events = this.endPart();
    this.#type = type;
    const part = toPart(type, '');
    return [...events, { type: 'response.content_part.added', ...this.#inPart(), part }];
  }

  write(delta: string): EventBody[] {
    this.#texts.push(delta);
    return this.#type === 'refusal'
      ? [{ type: 'response.refusal.delta', ...this.#inPart(), delta }]
      : [{ type: 'response.output_text.delta', ...this.#inPart(), delta, logprobs: [] }];
  }

  /** Names sources of the part that is being written. */
  annotate(citations: readonly UrlCitation[]): EventBody[] {
    return citations.map((citation): EventBody => {
      const annotation: Annotation = { type: 'url_citation', ...citation };
      const annotation_index = this.#annotations.length;
      this.#annotations.push(annotation);
      return { type: 'response.output_text.annotation.added', ...this.#inPart(), annotation_index, annotation };
    });
  }

  endPart(): EventBody[] {
    if (this.#type === undefined) return [];
    const place = this.#inPart();
    const text = this.#texts.join('');
    const part = toPart(this.#type, text, this.#annotations);
    this.#parts.push(part);
    this.#texts = [];
    this.#annotations = [];
    this.#type = undefined;
    return [
      part.type === 'refusal'
        ? { type: 'response.refusal.done', ...place, refusal: text }
        : { type: 'response.output_text.done', ...place, text, logprobs: [] },
      { type: 'response.content_part.done', ...place, part },
    ];
  }

  close(): EventBody[] {
    return this.endPart();
  }

  /** What has been written so far. */
  item(status: ItemStatus): WireMessage {
    const open = this.#type === undefined ? [] : [toPart(this.#type, this.#texts.join(''), [...this.#annotations])];
    return { id: this.#place.id, type: 'message', status, role: 'assistant', content: [...this.#parts, ...open] };
  }

  #inPart() {
    return { item_id: this.#place.id, output_index: this.#place.index, content_index: this.#parts.length };
  }
}

function toPart(type: WirePart['type'], text: string, annotations: Annotation[] = []): WirePart {
  return type === 'refusal' ? { type, refusal: text } : { type, text, annotations, logprobs: [] };
}
