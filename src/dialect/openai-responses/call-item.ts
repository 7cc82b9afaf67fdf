import type { ItemPlace } from './message-item.ts';
import type { EventBody, ItemStatus, WireItem } from './types.ts';

/** A call of a tool that the client runs, while it is being written. */
export abstract class CallItem {
  readonly #place: ItemPlace;
  /** The API's id of the call. */
  protected readonly callId: string;

  constructor(place: ItemPlace, callId: string) {
    this.#place = place;
    this.callId = callId;
  }

  abstract item(status: ItemStatus): WireItem;

  /** A piece of the arguments, as the model gives them. */
  abstract write(json: string): EventBody[];

  abstract close(): EventBody[];

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') }];
  }

  protected get id(): string {
    return this.#place.id;
  }

  protected get inItem(): { item_id: string; output_index: number } {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }
}
