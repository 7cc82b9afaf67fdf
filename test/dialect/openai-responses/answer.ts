import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { parseResponsesRequest } from '../../../src/dialect/openai-responses/request.ts';
import { ResponseStream, type ResponseOptions } from '../../../src/dialect/openai-responses/stream.ts';
import type { WireEvent, WireItem, WirePart, WireResponse } from '../../../src/dialect/openai-responses/types.ts';
import { numbered } from '../../support/block-ids.ts';
import { bodyOf, model } from './read-responses.ts';

export const hex = '0123456789abcdef0123456789abcdef';
export const id = `resp_${hex}`;

export function streamWith(changes: Partial<ResponseOptions> = {}): ResponseStream {
  return new ResponseStream({
    id,
    createdAt: 1_700_000_000_999,
    now: () => 1_700_000_060_000,
    model,
    echo: parseResponsesRequest(bodyOf('Hi'), { defaultModel: 'sonnet' }).echo,
    includeEncrypted: false,
    summarizes: false,
    showReasoning: true,
    forms: new Map(),
    hasOutput: false,
    buffered: false,
    ...changes,
  });
}

/** The events of an answer, as they would be read: none changes when the answer goes on. */
export function eventsOf(turn: readonly TurnEvent[], changes: Partial<ResponseOptions> = {}): WireEvent[] {
  const stream = streamWith(changes);
  return numbered(turn)
    .flatMap((event) => stream.push(event))
    .map((event) => JSON.parse(JSON.stringify(event)) as WireEvent);
}

/** The response of an answer that is read as a whole. */
export function responseOf(turn: readonly TurnEvent[], changes: Partial<ResponseOptions> = {}): WireResponse {
  const stream = streamWith({ buffered: true, ...changes });
  for (const event of numbered(turn)) stream.push(event);
  return stream.response;
}

/** The output that a client has after it has added up the deltas, without a look at what the done events repeat. */
export function joinDeltas(events: readonly WireEvent[]): WireItem[] {
  const output: WireItem[] = [];
  for (const event of events) {
    if (!('output_index' in event)) continue;
    if (event.type === 'response.output_item.added') output[event.output_index] = event.item;
    else apply(event, output[event.output_index]);
  }
  return output;
}

function apply(event: WireEvent, item: WireItem | undefined): void {
  if (item === undefined) throw new Error(`${event.type} without an item`);
  if (event.type === 'response.output_item.done') {
    // The status, and what only the end knows of thinking, come with this event.
    Object.assign(item, { status: event.item.status }, sealOf(event.item));
  }
  if (event.type === 'response.content_part.added') partsOf(item).push(event.part);
  if (event.type === 'response.output_text.delta' || event.type === 'response.refusal.delta') {
    extend(partsOf(item)[event.content_index], event.delta);
  }
  if (event.type === 'response.function_call_arguments.delta' && item.type === 'function_call') {
    item.arguments += event.delta;
  }
  if (event.type === 'response.custom_tool_call_input.delta' && item.type === 'custom_tool_call') {
    item.input += event.delta;
  }
  if (event.type === 'response.reasoning_summary_part.added' && item.type === 'reasoning')
    item.summary.push(event.part);
  if (event.type === 'response.reasoning_summary_text.delta' && item.type === 'reasoning') {
    const part = item.summary[event.summary_index];
    if (part !== undefined) part.text += event.delta;
  }
}

function sealOf(item: WireItem): object {
  // What is searched for is known when the call is complete.
  if (item.type === 'web_search_call' || item.type === 'local_shell_call') return { action: item.action };
  if (item.type === 'apply_patch_call') return { operation: item.operation };
  return item.type === 'reasoning' && item.encrypted_content !== undefined
    ? { encrypted_content: item.encrypted_content }
    : {};
}

function partsOf(item: WireItem): WirePart[] {
  if (item.type !== 'message') throw new Error('a part of what is no message');
  return item.content;
}

function extend(part: WirePart | undefined, delta: string): void {
  if (part?.type === 'output_text') part.text += delta;
  else if (part?.type === 'refusal') part.refusal += delta;
  else throw new Error('a delta without a part');
}
