import type { MessageEvent } from '../../src/stand-in/message-events.ts';

export const streamedRequest = { model: 'claude-haiku-4-5', stream: true, messages: [{ role: 'user', content: 'hi' }] };

/** Asks as the CLI does; `body` is merged into a streamed request. */
export function post(url: string, body: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...streamedRequest, ...body }),
    ...(signal && { signal }),
  });
}

/** Yields the events as they arrive; throws when the connection breaks, and where a frame's two names differ. */
export async function* events(response: Response): AsyncGenerator<MessageEvent> {
  if (response.body === null) throw new Error('The response has no body.');
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body) {
    const frames = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) yield parseFrame(frame);
  }
}

export async function allEvents(response: Response): Promise<MessageEvent[]> {
  const list: MessageEvent[] = [];
  for await (const event of events(response)) list.push(event);
  return list;
}

/** The text deltas of the events, in order. */
export function textOf(list: MessageEvent[]): string[] {
  return list.flatMap((event) =>
    event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : [],
  );
}

function parseFrame(frame: string): MessageEvent {
  const match = /^event: (\w+)\ndata: (.*)$/.exec(frame);
  if (match === null) throw new Error(`Not a frame: ${frame}`);
  const event = JSON.parse(match[2] ?? '') as MessageEvent;
  if (event.type !== match[1]) throw new Error(`The frame says ${String(match[1])}, its data ${event.type}.`);
  return event;
}
