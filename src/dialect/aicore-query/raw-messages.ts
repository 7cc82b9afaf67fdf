import type { QueryEvent } from './types.ts';

/** An event of a stream of the Messages API. */
type RawEvent = Readonly<Record<string, unknown>>;
type StreamEvent = Extract<QueryEvent, { event: 'stream_event' }>;

export interface RawMessagesOptions {
  sessionId: string;
  model: string;
  newUuid: () => string;
}

export interface RawCall {
  id: string;
  name: string;
  input: object;
}

/**
 * Streams of the Messages API made anew: a session tells of texts and calls, no longer of the messages that they were in.
 * So each is a message of its own, with one block, and complete before the next one begins. What it has cost is told
 * in the result alone.
 */
export class RawMessages {
  readonly #options: RawMessagesOptions;
  /** The text whose message has begun and not ended. */
  #open: string | undefined;
  /** How much of each text was sent, by its id, until it is whole. */
  readonly #sent = new Map<string, number>();

  constructor(options: RawMessagesOptions) {
    this.#options = options;
  }

  textDelta(id: string, text: string): StreamEvent[] {
    this.#sent.set(id, (this.#sent.get(id) ?? 0) + text.length);
    return [...this.#openText(id, null), ...this.#events(null, [toDelta({ type: 'text_delta', text })])];
  }

  /** What is left of a text, and its end. */
  textEnd(id: string, whole: string, parent: string | null): StreamEvent[] {
    const rest = whole.slice(this.#sent.get(id) ?? 0);
    this.#sent.delete(id);
    if (rest === '') return this.#open === id ? this.close() : [];
    const delta = this.#events(parent, [toDelta({ type: 'text_delta', text: rest })]);
    return [...this.#openText(id, parent), ...delta, ...this.close()];
  }

  call({ id, name, input }: RawCall, parent: string | null): StreamEvent[] {
    const block = { type: 'tool_use', id, name, input: {} };
    const delta = toDelta({ type: 'input_json_delta', partial_json: JSON.stringify(input) });
    const events = [this.#start(id), toBlockStart(block), delta, ...toEnd('tool_use')];
    return [...this.close(), ...this.#events(parent, events)];
  }

  /** Ends a text that comes to no end of its own, or is about to be interrupted by another. */
  close(): StreamEvent[] {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return this.#events(null, toEnd('end_turn'));
  }

  #openText(id: string, parent: string | null): StreamEvent[] {
    if (this.#open === id) return [];
    const closing = this.close();
    this.#open = id;
    return [...closing, ...this.#events(parent, [this.#start(id), toBlockStart({ type: 'text', text: '' })])];
  }

  #start(id: string): RawEvent {
    const { model } = this.#options;
    const head = { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null };
    return { type: 'message_start', message: { ...head, usage: { input_tokens: 0, output_tokens: 0 } } };
  }

  #events(parent: string | null, events: readonly RawEvent[]): StreamEvent[] {
    const { sessionId, newUuid } = this.#options;
    return events.map((event) => ({
      event: 'stream_event',
      data: { uuid: newUuid(), session_id: sessionId, event, parent_tool_use_id: parent },
    }));
  }
}

function toBlockStart(block: object): RawEvent {
  return { type: 'content_block_start', index: 0, content_block: block };
}

function toDelta(delta: object): RawEvent {
  return { type: 'content_block_delta', index: 0, delta };
}

function toEnd(stopReason: 'end_turn' | 'tool_use'): RawEvent[] {
  return [
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: 0 } },
    { type: 'message_stop' },
  ];
}
