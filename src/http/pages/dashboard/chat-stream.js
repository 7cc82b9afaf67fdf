import { ask, posting } from './api.js';
import { parseData, readEvents } from './server-sent-events.js';

/** @typedef {{ type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } }} Part */
/** @typedef {{ error?: { message: string }; choices?: { delta?: { content?: string | null } }[] }} Chunk */
/** @typedef {{ role: 'system' | 'user' | 'assistant'; content: string | Part[] }} ChatMessage */

/**
 * The pieces of a model's answer as they come. Throws what the service says is wrong, also in the middle of an answer.
 *
 * @param {string} model
 * @param {readonly ChatMessage[]} messages
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<string>}
 */
export async function* streamChat(model, messages, signal) {
  const { headers, ...options } = posting({ model, messages, stream: true });
  // Where no token tells who asks, this does.
  const response = await ask('v1/chat/completions', {
    ...options,
    headers: { ...headers, 'x-user-id': 'dashboard' },
    signal,
  });
  for await (const { data } of readEvents(response)) {
    if (data === '[DONE]') return;
    yield textOf(parseData(data));
  }
}

/** @param {Chunk} chunk */
function textOf({ error, choices = [] }) {
  if (error !== undefined) throw new Error(error.message);
  return choices[0]?.delta?.content ?? '';
}

/**
 * A message of the user: the text alone, or with a picture as a `data:` URL.
 *
 * @param {string} text
 * @param {string | undefined} image
 * @returns {ChatMessage}
 */
export function userMessage(text, image) {
  if (image === undefined) return { role: 'user', content: text };
  return {
    role: 'user',
    content: [
      { type: 'image_url', image_url: { url: image } },
      { type: 'text', text },
    ],
  };
}
