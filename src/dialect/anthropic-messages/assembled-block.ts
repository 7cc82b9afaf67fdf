import type { WireBlock, WireDelta } from './types.ts';

type Fields = Record<string, unknown>;

/** A block of a whole answer, put together of what a stream would have sent. */
export class AssembledBlock {
  readonly block: Fields;
  #json = '';

  constructor(start: WireBlock) {
    this.block = { ...start };
  }

  add(delta: WireDelta): void {
    const { type, ...fields } = delta as Fields;
    switch (type) {
      case 'text_delta':
      case 'thinking_delta':
      case 'signature_delta':
        for (const [name, value] of Object.entries(fields)) this.#append(name, value);
        return;
      case 'citations_delta':
        this.block['citations'] = [...((this.block['citations'] ?? []) as unknown[]), fields['citation']];
        return;
      case 'input_json_delta':
        this.#json += String(fields['partial_json']);
        return;
      default:
        // Deltas of newer kinds, such as `compaction_delta`, bring final values.
        Object.assign(this.block, fields);
    }
  }

  stop(): void {
    if (this.block['type'] === 'tool_use' || this.#json !== '') this.block['input'] = toInput(this.#json);
  }

  #append(name: string, value: unknown): void {
    const before = this.block[name];
    this.block[name] = typeof before === 'string' ? before + String(value) : value;
  }
}

/** Missing arguments become an empty object; so do those that `max_tokens` cut off, which no client could use. */
function toInput(json: string): object {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
