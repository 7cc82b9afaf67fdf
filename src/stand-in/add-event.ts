import { without } from '../core/without.ts';
import type { MessageEvent, WireBlock, WireDelta, WireMessage } from './message-events.ts';

/** Adds one stream event to the message it belongs to, in place; `message_start` begins a new one. */
export function addEvent(message: WireMessage | undefined, event: MessageEvent): WireMessage {
  if (event.type === 'message_start') return event.message;
  if (message === undefined) throw new Error(`A message cannot begin with ${event.type}.`);
  switch (event.type) {
    case 'content_block_start':
      // A tool call's input arrives as pieces of JSON; they are collected as a string and parsed at the end.
      message.content.push(
        'input' in event.content_block ? { ...event.content_block, input: '' } : { ...event.content_block },
      );
      break;
    case 'content_block_delta':
      addDelta(message.content[event.index], event.delta);
      break;
    case 'content_block_stop': {
      const block = message.content[event.index];
      if (block !== undefined && 'input' in block) block.input = JSON.parse(String(block.input) || '{}') as unknown;
      break;
    }
    case 'message_delta':
      addEnd(message, event);
      break;
    case 'message_stop':
    case 'ping':
    case 'error':
      break;
    default:
      event satisfies never;
  }
  return message;
}

function addEnd(message: WireMessage, event: Extract<MessageEvent, { type: 'message_delta' }>): void {
  Object.assign(message, event.delta, without(event, 'type', 'delta'));
}

/** Deltas of other kinds bring final values, but for citations, which come one by one. */
function addForeign(block: { type: string; citations?: unknown[] }, delta: Record<string, unknown>): void {
  if (delta['type'] === 'citations_delta') block.citations = [...(block.citations ?? []), delta['citation']];
  else Object.assign(block, without(delta, 'type'));
}

const knownDeltas = new Set(['text_delta', 'thinking_delta', 'signature_delta', 'input_json_delta']);

function addDelta(block: WireBlock | undefined, delta: WireDelta): void {
  if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
  else if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta' && block !== undefined && 'input' in block) {
    block.input = String(block.input) + delta.partial_json;
  } else if (block !== undefined && !knownDeltas.has(delta.type)) addForeign(block, { ...delta });
  else throw new Error(`A ${delta.type} cannot be added to ${block?.type ?? 'no'} block.`);
}
