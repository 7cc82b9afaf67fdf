import { noModelUsage, type AgentEvent, type ModelUsage } from '../core/agent-engine.ts';
import type { StreamEvent, StreamUsage } from '../messages-api/stream-events.ts';
import type { LineOf } from './agent-lines.ts';

type Block = LineOf<'assistant'>['message']['content'][number];

/**
 * What the model says: of the agent itself from the events of its stream, of subagents, which have none, from whole
 * messages. A text that is cut off by a lost connection has no end, and is written again.
 */
export class MessageReader {
  #nextText = 0;
  #text: { number: number; whole: string } | undefined;
  #usage: ModelUsage | undefined;
  #subagentMessage: string | undefined;

  /** The CLI asks the model. */
  requested(): AgentEvent[] {
    const before = this.#endRequest(true);
    this.#usage = noModelUsage;
    return [...before, { type: 'request_started' }];
  }

  /** The request has failed; the CLI repeats it. */
  retried(): AgentEvent[] {
    this.#text = undefined;
    return this.requested();
  }

  stream(event: StreamEvent): AgentEvent[] {
    switch (event.type) {
      case 'message_start': {
        const started = this.#usage === undefined ? this.requested() : [];
        this.#text = undefined;
        this.#addUsage(event.message.usage);
        return started;
      }
      case 'content_block_start':
        return this.#begin(event.content_block.type);
      case 'content_block_delta':
        return event.delta.type === 'text_delta' ? this.#append(event.delta.text) : [];
      case 'content_block_stop':
        return this.#endText();
      case 'message_delta':
        this.#addUsage(event.usage ?? {});
        return this.#endRequest(event.delta.stop_reason == null);
    }
  }

  /** A block of a subagent's message, or of the agent's own that came in no stream. */
  whole(block: Block, parentCallId: string | undefined): AgentEvent[] {
    const within = parentCallId === undefined ? {} : { parentCallId };
    if (block.type === 'thinking' || block.type === 'redacted_thinking') return [{ type: 'thinking', ...within }];
    if (block.type !== 'text' || typeof block['text'] !== 'string') return [];
    return [{ type: 'text_ended', text: this.#nextText++, whole: block['text'], ...within }];
  }

  /** A request of a subagent is told with its first block; the CLI does not tell the rest of its usage (2.1.332). */
  subagent({ id, usage }: LineOf<'assistant'>['message']): AgentEvent[] {
    if (id === this.#subagentMessage) return [];
    this.#subagentMessage = id;
    return [
      { type: 'request_started' },
      { type: 'request_ended', usage: merge(noModelUsage, usage ?? {}), isError: false },
    ];
  }

  /** The turn is over: what is open ends with it. */
  flush(): AgentEvent[] {
    return [...this.#endText(), ...this.#endRequest(true)];
  }

  #begin(type: string): AgentEvent[] {
    if (type === 'thinking' || type === 'redacted_thinking') return [{ type: 'thinking' }];
    if (type !== 'text') return [];
    this.#text = { number: this.#nextText++, whole: '' };
    return [{ type: 'text_started', text: this.#text.number }];
  }

  #append(delta: string): AgentEvent[] {
    if (this.#text === undefined) return [];
    this.#text.whole += delta;
    return [{ type: 'text_delta', text: this.#text.number, delta }];
  }

  #endText(): AgentEvent[] {
    if (this.#text === undefined) return [];
    const { number: text, whole } = this.#text;
    this.#text = undefined;
    return [{ type: 'text_ended', text, whole }];
  }

  #endRequest(isError: boolean): AgentEvent[] {
    if (this.#usage === undefined) return [];
    const usage = this.#usage;
    this.#usage = undefined;
    return [{ type: 'request_ended', usage, isError }];
  }

  #addUsage(usage: StreamUsage): void {
    this.#usage = merge(this.#usage ?? noModelUsage, usage);
  }
}

/** Counts of a later event replace those of an earlier one, as the API counts from the start of the message. */
function merge(before: ModelUsage, usage: Partial<Record<keyof ModelUsage, number | null | undefined>>): ModelUsage {
  return {
    input_tokens: usage.input_tokens ?? before.input_tokens,
    output_tokens: usage.output_tokens ?? before.output_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens ?? before.cache_creation_input_tokens,
    cache_read_input_tokens: usage.cache_read_input_tokens ?? before.cache_read_input_tokens,
  };
}
