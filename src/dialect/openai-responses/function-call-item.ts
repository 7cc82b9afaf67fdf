import { CallItem } from './call-item.ts';
import type { ItemPlace } from './message-item.ts';
import type { CalledTool } from './tool-forms.ts';
import type { EventBody, ItemStatus, WireCall } from './types.ts';

/** A call of a client's function. */
export class FunctionCallItem extends CallItem {
  readonly #tool: CalledTool;
  #pieces: string[] = [];

  constructor(place: ItemPlace, callId: string, tool: CalledTool) {
    super(place, callId);
    this.#tool = tool;
  }

  write(delta: string): EventBody[] {
    this.#pieces.push(delta);
    return [{ type: 'response.function_call_arguments.delta', ...this.inItem, delta }];
  }

  close(): EventBody[] {
    // Clients parse arguments as JSON: without any, they get an empty object.
    const events = this.#pieces.length === 0 ? this.write('{}') : [];
    const done = { ...this.inItem, ...this.#tool, arguments: this.#pieces.join('') };
    return [...events, { type: 'response.function_call_arguments.done', ...done }];
  }

  item(status: ItemStatus): WireCall {
    const call = { call_id: this.callId, ...this.#tool, arguments: this.#pieces.join('') };
    return { id: this.id, type: 'function_call', status, ...call };
  }
}
