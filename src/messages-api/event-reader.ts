import type { BlockStart, EndExtra, StopReason, TurnEvent, Usage } from '../core/turn-event.ts';
import { without } from '../core/without.ts';
import { answerTool } from './answer-tool.ts';
import type { StreamEvent, StreamUsage } from './stream-events.ts';
import { withToolNames } from './tool-names.ts';

type Delta = Extract<StreamEvent, { type: 'content_block_delta' }>['delta'];
type ContentBlock = Extract<StreamEvent, { type: 'content_block_start' }>['content_block'];

const noUsage: Usage = {
  inputTokens: 0,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  outputTokens: 0,
  thinkingTokens: 0,
};

/** Translates the events of one streamed answer of the Messages API, in order, into those of the turn. */
export class EventReader {
  readonly #toClientName: (name: string) => string;
  #hasStarted = false;
  #usage = noUsage;
  /** The block that is open. */
  #block: { id: number; type: BlockStart['type'] } | undefined;
  #nextId = 0;

  /** `toClientName` gives the client's own name of a tool. */
  constructor(toClientName: (name: string) => string = (name) => name) {
    this.#toClientName = toClientName;
  }

  read(event: StreamEvent): TurnEvent | undefined {
    switch (event.type) {
      case 'message_start':
        return this.#start(event.message);
      case 'content_block_start':
        return this.#begin(this.#toBlock(event.content_block));
      case 'content_block_delta':
        return this.#readDelta(event.delta);
      case 'content_block_stop':
        return this.#stop();
      case 'message_delta':
        return this.#endMessage(event);
    }
  }

  /** A second message before the end of the first is the same answer, begun again after the connection was lost. */
  #start({ model, usage }: Extract<StreamEvent, { type: 'message_start' }>['message']): TurnEvent {
    const type = this.#hasStarted ? 'restart' : 'start';
    this.#hasStarted = true;
    this.#usage = noUsage;
    this.#block = undefined;
    this.#addUsage(usage);
    return { type, model, usage: this.#usage };
  }

  #begin(block: BlockStart): TurnEvent {
    const id = this.#nextId++;
    this.#block = { id, type: block.type };
    return { type: 'block_start', id, block };
  }

  /** Of a block that was cut when the answer began again, there is nothing to stop. */
  #stop(): TurnEvent | undefined {
    if (this.#block === undefined) return undefined;
    const { id } = this.#block;
    this.#block = undefined;
    return { type: 'block_stop', id };
  }

  #toBlock(block: ContentBlock): BlockStart {
    if (block.type === 'opaque') return { type: 'opaque', block: withToolNames(block.block, this.#toClientName) };
    if (block.type !== 'tool_use') return block;
    if (block.name === answerTool.name) return { type: 'output' };
    const { type, id, name, ...others } = block;
    const extra = without(others, 'input');
    return { type, id, name: this.#toClientName(name), ...(Object.keys(extra).length > 0 && { extra }) };
  }

  #readDelta(delta: Delta): TurnEvent | undefined {
    if (this.#block === undefined) return undefined;
    const { id, type } = this.#block;
    if (delta.type === 'opaque') return { type: 'opaque', id, delta: delta.delta };
    if (type === 'opaque') return { type: 'opaque', id, delta };
    switch (delta.type) {
      case 'text_delta':
        return { type: 'text', id, text: delta.text };
      case 'thinking_delta':
        return { type: 'thinking', id, text: delta.thinking };
      case 'signature_delta':
        return { type: 'signature', id, signature: delta.signature };
      case 'citations_delta':
        return { type: 'citation', id, citation: delta.citation };
      case 'input_json_delta':
        if (type === 'output') return { type: 'text', id, text: delta.partial_json };
        return type === 'tool_use' ? { type: 'input', id, json: delta.partial_json } : undefined;
    }
  }

  /** A message that was cut off or interrupted is closed without a reason; only one with a reason is an answer. */
  #endMessage({ type: _type, delta, usage, ...event }: Extract<StreamEvent, { type: 'message_delta' }>) {
    this.#addUsage(usage ?? {});
    const { stop_reason: reason, stop_sequence: stopSequence, ...rest } = delta;
    return reason ? this.end(reason, stopSequence, { delta: rest, event }) : undefined;
  }

  end(reason: string, stopSequence?: string | null, extra: EndExtra = { delta: {}, event: {} }): TurnEvent {
    const hasExtra = Object.keys({ ...extra.delta, ...extra.event }).length > 0;
    return {
      type: 'end',
      stopReason: toStopReason(reason),
      ...(stopSequence != null && { stopSequence }),
      usage: this.#usage,
      ...(hasExtra && { extra }),
    };
  }

  /** Counts of a later event replace those of an earlier one, as the API counts from the start of the message. */
  #addUsage(usage: StreamUsage): void {
    const before = this.#usage;
    const {
      input_tokens: input,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheCreation,
      output_tokens: output,
      output_tokens_details: details,
      ...rest
    } = usage;
    const hourCacheCreation = usage.cache_creation?.ephemeral_1h_input_tokens ?? before.hourCacheCreationTokens;
    const extra = { ...rest, ...before.extra, ...withoutNulls(rest) };
    this.#usage = {
      inputTokens: input ?? before.inputTokens,
      cacheReadTokens: cacheRead ?? before.cacheReadTokens,
      cacheCreationTokens: cacheCreation ?? before.cacheCreationTokens,
      ...(hourCacheCreation !== undefined && { hourCacheCreationTokens: hourCacheCreation }),
      outputTokens: output ?? before.outputTokens,
      thinkingTokens: details?.thinking_tokens ?? before.thinkingTokens,
      ...(Object.keys(extra).length > 0 && { extra }),
    };
  }
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function toStopReason(reason: string): StopReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
    case 'stop_sequence':
    case 'tool_use':
    case 'refusal':
    case 'pause_turn':
    case 'compaction':
      return reason;
    default:
      // `end_turn`, and reasons that are newer than this harness: the model has finished.
      return 'end_turn';
  }
}
