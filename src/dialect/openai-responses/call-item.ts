import { isObject } from '../../core/is-object.ts';
import type { ItemPlace } from './message-item.ts';
import type { EventBody, ItemStatus, WireItem } from './types.ts';

/** A call whose item shows nothing of its arguments before it is complete. */
export abstract class WrittenCall {
  readonly place: ItemPlace;
  readonly callId: string;
  #json = '';

  constructor(place: ItemPlace, callId: string) {
    this.place = place;
    this.callId = callId;
  }

  abstract item(status: ItemStatus): WireItem;

  open(): EventBody[] {
    return [{ type: 'response.output_item.added', output_index: this.place.index, item: this.item('in_progress') }];
  }

  write(json: string): EventBody[] {
    this.#json += json;
    return [];
  }

  close(): EventBody[] {
    return [];
  }

  /** Empty until it is complete. */
  protected get arguments(): Readonly<Record<string, unknown>> {
    try {
      const value: unknown = JSON.parse(this.#json);
      return isObject(value) ? value : {};
    } catch {
      return {};
    }
  }
}
