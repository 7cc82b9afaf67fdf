import { CallItem } from './call-item.ts';
import { InputText } from './input-text.ts';
import type { ItemPlace } from './message-item.ts';
import type { CalledTool } from './tool-forms.ts';
import type { EventBody, ItemStatus, WireCustomCall } from './types.ts';

/** A call of a tool whose input is one text. */
export class CustomCallItem extends CallItem {
  readonly #tool: CalledTool;
  readonly #input = new InputText();

  constructor(place: ItemPlace, callId: string, tool: CalledTool) {
    super(place, callId);
    this.#tool = tool;
  }

  write(json: string): EventBody[] {
    return this.#delta(this.#input.write(json));
  }

  close(): EventBody[] {
    const rest = this.#delta(this.#input.end());
    return [...rest, { type: 'response.custom_tool_call_input.done', ...this.inItem, input: this.#input.text }];
  }

  item(status: ItemStatus): WireCustomCall {
    const call = { call_id: this.callId, ...this.#tool, input: this.#input.text };
    return { id: this.id, type: 'custom_tool_call', status, ...call };
  }

  #delta(delta: string): EventBody[] {
    return delta === '' ? [] : [{ type: 'response.custom_tool_call_input.delta', ...this.inItem, delta }];
  }
}
