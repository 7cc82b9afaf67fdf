import { fetchAt } from '../util/fetch-at.ts';
import { authorization } from './running-service.ts';
import { readServerSentEvents } from '../util/server-sent-events.ts';

interface ChatFrame {
  choices?: { delta: { content?: string } }[];
  error?: { message: string };
}

/** Sends one streamed chat to a harness and yields the text of the answer. Throws the server's error message. */
export async function* streamChat(url: string, request: object, token?: string): AsyncGenerator<string> {
  const response = await fetchAt(url, '/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(token) },
    body: JSON.stringify({ ...request, stream: true }),
  });
  if (!response.ok || response.body === null) {
    const failure = (await response.json()) as ChatFrame;
    throw new Error(`${response.status}: ${failure.error?.message ?? 'no reason given'}`);
  }
  for await (const { data } of readServerSentEvents(response.body)) {
    if (data === '[DONE]') return;
    const frame = JSON.parse(data) as ChatFrame;
    if (frame.error !== undefined) throw new Error(frame.error.message);
    const text = frame.choices?.[0]?.delta.content;
    if (text !== undefined && text !== '') yield text;
  }
  throw new Error('The stream ended before the answer was complete.');
}
