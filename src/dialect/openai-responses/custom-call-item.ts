import { nameOf, type NamedCall } from './function-call-item.ts';
import { InputText } from './input-text.ts';
import type { ItemPlace } from './message-item.ts';
import type { EventBody, ItemStatus, WireCustomCall } from './types.ts';

/** A call of a tool whose input is one text, while it is being written. */
export class CustomCallItem {
  readonly #place: ItemPlace;
  readonly #call: NamedCall;
  readonly #input = new InputText();

  constructor(place: ItemPlace, call: NamedCall) {
    this.#place = place;
    this.#call = call;
  }

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') }];
  }

  write(json: string): EventBody[] {
    return this.#delta(this.#input.write(json));
  }

  close(): EventBody[] {
    const rest = this.#delta(this.#input.end());
    return [...rest, { type: 'response.custom_tool_call_input.done', ...this.#inItem(), input: this.#input.text }];
  }

  item(status: ItemStatus): WireCustomCall {
    const call = { call_id: this.#call.callId, ...nameOf(this.#call), input: this.#input.text };
    return { id: this.#place.id, type: 'custom_tool_call', status, ...call };
  }

  #delta(delta: string): EventBody[] {
    return delta === '' ? [] : [{ type: 'response.custom_tool_call_input.delta', ...this.#inItem(), delta }];
  }

  #inItem() {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }
}
