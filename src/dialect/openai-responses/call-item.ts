import type { ItemPlace } from './message-item.ts';
import type { EventBody, ItemStatus, WireCall } from './types.ts';

/** A call of a client's function while it is being written. */
export class CallItem {
  readonly #place: ItemPlace;
  readonly #callId: string;
  readonly #name: string;
  #pieces: string[] = [];

  constructor(place: ItemPlace, call: { id: string; name: string }) {
    this.#place = place;
    this.#callId = call.id;
    this.#name = call.name;
  }

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') }];
  }

  write(delta: string): EventBody[] {
    this.#pieces.push(delta);
    return [{ type: 'response.function_call_arguments.delta', ...this.#inItem(), delta }];
  }

  close(): EventBody[] {
    // Clients parse arguments as JSON: without any, they get an empty object.
    const events = this.#pieces.length === 0 ? this.write('{}') : [];
    return [
      ...events,
      {
        type: 'response.function_call_arguments.done',
        ...this.#inItem(),
        name: this.#name,
        arguments: this.#pieces.join(''),
      },
    ];
  }

  item(status: ItemStatus): WireCall {
    const { id } = this.#place;
    const json = this.#pieces.join('');
    return { id, type: 'function_call', status, call_id: this.#callId, name: this.#name, arguments: json };
  }

  #inItem() {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }
}
