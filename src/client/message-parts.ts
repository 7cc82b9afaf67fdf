import type { Answer, ContentBlock, Message, StreamPart, Usage } from './types.ts';

/** An event of a streamed message: https://docs.claude.com/en/docs/build-with-claude/streaming. */
export type MessageEvent =
  | { type: 'message_start'; message: Message }
  | { type: 'content_block_start'; index: number; content_block: ContentBlock }
  | { type: 'content_block_delta'; index: number; delta: Delta }
  | { type: 'content_block_stop'; index: number }
  | { type: 'message_delta'; delta: Partial<Message>; usage: Partial<Usage> }
  | { type: 'message_stop' | 'ping' };

type Delta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string }
  | { type: 'citations_delta'; citation: object };

type OpenBlock = Record<string, unknown> & { type: string };

/** Puts a streamed message together, and tells of its pieces. */
export class MessageParts {
  #message: Message | undefined;
  readonly #blocks = new Map<number, OpenBlock>();
  readonly #inputs = new Map<number, string>();

  push(event: MessageEvent): StreamPart[] {
    switch (event.type) {
      case 'message_start':
        this.#message = event.message;
        return [];
      case 'content_block_start':
        this.#blocks.set(event.index, { ...event.content_block });
        return [];
      case 'content_block_delta':
        return this.#add(event.index, event.delta);
      case 'content_block_stop':
        return this.#close(event.index);
      case 'message_delta':
        if (this.#message !== undefined) {
          Object.assign(this.#message, event.delta, { usage: { ...this.#message.usage, ...event.usage } });
        }
        return [];
      case 'message_stop':
        return this.#message === undefined ? [] : [{ type: 'end', answer: this.#answer(this.#message) }];
      case 'ping':
        return [];
    }
  }

  #add(index: number, delta: Delta): StreamPart[] {
    const block = this.#blocks.get(index);
    if (block === undefined) return [];
    switch (delta.type) {
      case 'text_delta':
        append(block, 'text', delta.text);
        return [{ type: 'text', text: delta.text }];
      case 'thinking_delta':
        append(block, 'thinking', delta.thinking);
        return [{ type: 'thinking', text: delta.thinking }];
      case 'signature_delta':
        append(block, 'signature', delta.signature);
        return [];
      case 'input_json_delta':
        this.#inputs.set(index, (this.#inputs.get(index) ?? '') + delta.partial_json);
        return [];
      case 'citations_delta':
        block['citations'] = [...((block['citations'] as object[] | null | undefined) ?? []), delta.citation];
        return [];
    }
  }

  #close(index: number): StreamPart[] {
    const block = this.#blocks.get(index);
    const json = this.#inputs.get(index);
    if (block !== undefined && json !== undefined && json !== '') block['input'] = JSON.parse(json);
    if (block?.type !== 'tool_use') return [];
    const { id, name, input } = block as unknown as { id: string; name: string; input: Record<string, unknown> };
    return [{ type: 'tool_call', id, name, input }];
  }

  #answer(message: Message): Answer {
    const content = [...this.#blocks].toSorted(([a], [b]) => a - b).map(([, block]) => block);
    return toAnswer({ ...message, content });
  }
}

export function toAnswer(message: Message): Answer {
  const text = message.content.map((block) => (block.type === 'text' ? String(block['text']) : '')).join('');
  return { text, message };
}

function append(block: OpenBlock, field: string, text: string): void {
  block[field] = ((block[field] as string | undefined) ?? '') + text;
}
