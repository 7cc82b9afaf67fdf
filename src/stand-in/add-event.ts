import type { MessageEvent, WireBlock, WireDelta, WireMessage } from './message-events.ts';

/** Adds one stream event to the message it belongs to, in place; `message_start` begins a new one. */
export function addEvent(message: WireMessage | undefined, event: MessageEvent): WireMessage {
  if (event.type === 'message_start') return event.message;
  if (message === undefined) throw new Error(`A message cannot begin with ${event.type}.`);
  switch (event.type) {
    case 'content_block_start':
      // A tool call's input arrives as pieces of JSON; they are collected as a string and parsed at the end.
      message.content.push(
        event.content_block.type === 'tool_use' ? { ...event.content_block, input: '' } : event.content_block,
      );
      break;
    case 'content_block_delta':
      addDelta(message.content[event.index], event.delta);
      break;
    case 'content_block_stop': {
      const block = message.content[event.index];
      if (block?.type === 'tool_use') block.input = JSON.parse(String(block.input)) as unknown;
      break;
    }
    case 'message_delta':
      Object.assign(message, event.delta);
      message.usage = event.usage;
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

function addDelta(block: WireBlock | undefined, delta: WireDelta): void {
  if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
  else if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
  else if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature;
  else if (delta.type === 'input_json_delta' && block?.type === 'tool_use') {
    block.input = String(block.input) + delta.partial_json;
  } else throw new Error(`A ${delta.type} cannot be added to ${block?.type ?? 'no'} block.`);
}
