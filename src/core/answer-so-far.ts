import type { AssistantBlock, TextBlock, ThinkingBlock, ToolUseBlock } from './conversation.ts';
import { isObject } from './is-object.ts';
import { parseJson } from './parse-json.ts';
import type { BlockStart, TurnEvent } from './turn-event.ts';

type BlockEvent = Extract<TurnEvent, { type: 'text' | 'thinking' | 'citation' | 'signature' | 'input' | 'opaque' }>;

type ToolUseStart = Extract<BlockStart, { type: 'tool_use' }>;

interface OpenBlock {
  start: BlockStart;
  events: BlockEvent[];
}

/** Puts the blocks of an answer together, as they are sent back with the next question. */
export class AnswerSoFar {
  readonly #blocks = new Map<number, OpenBlock>();

  push(event: TurnEvent): void {
    switch (event.type) {
      case 'restart':
        this.#blocks.clear();
        break;
      case 'block_start':
        this.#blocks.set(event.id, { start: event.block, events: [] });
        break;
      case 'text':
      case 'thinking':
      case 'citation':
      case 'signature':
      case 'input':
      case 'opaque':
        this.#blocks.get(event.id)?.events.push(event);
        break;
      case 'start':
      case 'block_stop':
      case 'warning':
      case 'end':
        break;
    }
  }

  /** `undefined` where some of it can't be sent back as it was. */
  blocks(): AssistantBlock[] | undefined {
    return [...this.#blocks.values()].map(toBlock).includes(undefined) ? undefined : this.sendableBlocks();
  }

  /** Without what can't be sent back: thoughts without a signature, and calls whose arguments were cut off. */
  sendableBlocks(): AssistantBlock[] {
    const blocks = [...this.#blocks.values()].map(toBlock).filter((block) => block !== undefined);
    // The API refuses texts without a word.
    return blocks.filter((block) => block.type !== 'text' || /\S/.test(block.text));
  }
}

function toBlock({ start, events }: OpenBlock): AssistantBlock | undefined {
  switch (start.type) {
    case 'text':
    case 'output':
    case 'refusal':
      return toText(events);
    case 'thinking':
      return toThinking(events);
    case 'redacted_thinking':
      return start;
    case 'tool_use':
      return toCall(start, events);
    case 'opaque':
      return toOpaque(start.block, events);
  }
}

function toText(events: readonly BlockEvent[]): TextBlock {
  const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
  const citations = events.flatMap((event) => (event.type === 'citation' ? [event.citation] : []));
  return { type: 'text', text, ...(citations.length > 0 && { citations }) };
}

function toThinking(events: readonly BlockEvent[]): ThinkingBlock | undefined {
  const thinking = events.map((event) => (event.type === 'thinking' ? event.text : '')).join('');
  const signature = events.find((event) => event.type === 'signature')?.signature;
  return signature === undefined ? undefined : { type: 'thinking', thinking, signature };
}

function toCall({ type, id, name, extra }: ToolUseStart, events: readonly BlockEvent[]): ToolUseBlock | undefined {
  const json = events.map((event) => (event.type === 'input' ? event.json : '')).join('');
  const input = json === '' ? {} : parseJson(json);
  return isObject(input) ? { ...extra, type, id, name, input } : undefined;
}

/** Of the deltas of such blocks, only those of a call's input are known. */
function toOpaque(block: Readonly<Record<string, unknown>>, events: readonly BlockEvent[]): AssistantBlock | undefined {
  let json = '';
  for (const event of events) {
    if (event.type !== 'opaque' || event.delta['type'] !== 'input_json_delta') return undefined;
    json += String(event.delta['partial_json']);
  }
  if (json === '') return { type: 'opaque', block };
  const input = parseJson(json);
  return isObject(input) ? { type: 'opaque', block: { ...block, input } } : undefined;
}
