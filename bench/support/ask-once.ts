import { chatBody } from './chat-body.ts';
import { chatDelta } from './deltas.ts';
import type { Harness } from './harness.ts';
import type { HttpClient, Timing } from './http-client.ts';
import { shortPrompt, type Prompt } from './prompt.ts';

/** One streamed request to a harness; settles with the end of its answer. */
export function askOnce({ url }: Harness, client: HttpClient, prompt: Prompt = shortPrompt): Promise<Timing> {
  return client.time(`${url}/v1/chat/completions`, chatBody(prompt), (line) => Boolean(chatDelta(line)));
}
