import { model } from './lab.ts';
import { toMessages, type Prompt } from './prompt.ts';

/** A prompt as a streaming request to the harness. */
export function chatBody(prompt: Prompt): object {
  return { model, stream: true, messages: [{ role: 'system', content: prompt.system }, ...toMessages(prompt)] };
}
