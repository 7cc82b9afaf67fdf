import { model } from './lab.ts';
import { toMessages, type Prompt } from './prompt.ts';

/** A prompt as a streaming request to the harness. */
export function chatBody(prompt: Prompt): object {
  const messages = [{ role: 'system', content: prompt.system }, ...toMessages(prompt)];
  const tools = prompt.tools?.map(({ name, description, inputSchema }) => ({
    type: 'function',
    function: { name, description, parameters: inputSchema },
  }));
  return { model, stream: true, messages, ...(tools && { tools }) };
}

/** The same to the Messages API. */
export function messagesBody(prompt: Prompt): object {
  return { model, max_tokens: 1024, stream: true, system: prompt.system, messages: toMessages(prompt) };
}
