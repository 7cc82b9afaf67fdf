import { parseJson } from '../../core/parse-json.ts';
import { webSearchName } from '../openai-shared/web-search.ts';
import type { ItemPlace } from './message-item.ts';
import type { EventBody, WireSearch } from './types.ts';

/** A block that only the API and the client understand. */
type Block = Readonly<Record<string, unknown>>;

/** A search of the API's own: it ends with the block that has its result, which is not shown. */
export class WebSearchItem {
  readonly #place: ItemPlace;
  readonly #call: Block;
  #pieces: string[] = [];
  #isSearching = false;
  #hasFailed = false;

  constructor(place: ItemPlace, call: Block) {
    this.#place = place;
    this.#call = call;
  }

  open(): EventBody[] {
    return [
      { type: 'response.output_item.added', output_index: this.#place.index, item: this.item('in_progress') },
      { type: 'response.web_search_call.in_progress', ...this.#inItem() },
    ];
  }

  /** A piece of the call's arguments. */
  write(delta: Block): void {
    if (typeof delta['partial_json'] === 'string') this.#pieces.push(delta['partial_json']);
  }

  /** The call is complete. */
  search(): EventBody[] {
    if (this.#isSearching) return [];
    this.#isSearching = true;
    return [{ type: 'response.web_search_call.searching', ...this.#inItem() }];
  }

  /** Whether the block is the result of this search. */
  takeResult(block: Block): boolean {
    if (block['type'] !== 'web_search_tool_result' || block['tool_use_id'] !== this.#call['id']) return false;
    // Anything but a list is an error.
    this.#hasFailed = !Array.isArray(block['content']);
    return true;
  }

  close(): EventBody[] {
    return this.#endStatus === 'failed' ? [] : [{ type: 'response.web_search_call.completed', ...this.#inItem() }];
  }

  /** OpenAI has other words here than for other items; one that was cut off before it began has failed. */
  item(status: 'in_progress' | 'completed' | 'incomplete'): WireSearch {
    const running = this.#isSearching ? 'searching' : 'in_progress';
    return {
      id: this.#place.id,
      type: 'web_search_call',
      status: status === 'in_progress' ? running : this.#endStatus,
      action: { type: 'search', query: this.#query },
    };
  }

  get #endStatus(): 'completed' | 'failed' {
    return this.#isSearching && !this.#hasFailed ? 'completed' : 'failed';
  }

  get #query(): string {
    const input = this.#pieces.length === 0 ? this.#call['input'] : parseJson(this.#pieces.join(''));
    const isObject = typeof input === 'object' && input !== null && 'query' in input;
    return isObject && typeof input.query === 'string' ? input.query : '';
  }

  #inItem() {
    return { item_id: this.#place.id, output_index: this.#place.index };
  }
}

/** Whether the block is a call of the API's search. */
export function isWebSearchCall(block: Block): boolean {
  return block['type'] === 'server_tool_use' && block['name'] === webSearchName;
}
