import type { ItemPlace } from './message-item.ts';
import type { EventBody, ItemStatus, WireCall } from './types.ts';

export interface NamedCall {
  callId: string;
  name: string;
  namespace?: string;
}

/** A call of a client's function while it is being written. */
export class FunctionCallItem {
  readonly #place: ItemPlace;
  readonly #call: NamedCall;
  #pieces: string[] = [];

  constructor(place: ItemPlace, call: NamedCall) {
    this.#place = place;
    this.#call = call;
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
    const done = { ...this.#inItem(), ...nameOf(this.#call), arguments: this.#pieces.join('') };
    return [...events, { type: 'response.function_call_arguments.done', ...done }];
  }

  item(status: ItemStatus): WireCall {
    const { id } = this.#place;
    const call = { call_id: this.#call.callId, ...nameOf(this.#call), arguments: this.#pieces.join('') };
    return { id, type: 'function_call', status, ...call };
  }

  #inItem() {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }
}

export function nameOf({ name, namespace }: NamedCall): { name: string; namespace?: string } {
  return { name, ...(namespace !== undefined && { namespace }) };
}
