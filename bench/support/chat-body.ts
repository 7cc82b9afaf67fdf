import { model } from './lab.ts';
import { toMessages, type Prompt } from './prompt.ts';

/** A prompt as a streaming request to the harness. */
export function chatBody(prompt: Prompt): object {
  return { model, stream: true, messages: [{ role: 'system', content: prompt.system }, ...toMessages(prompt)] };
}

/** The same to the Messages API. */
export function messagesBody(prompt: Prompt): object {
  return { model, max_tokens: 1024, stream: true, system: prompt.system, messages: toMessages(prompt) };
}

/** A request to the harness with as many tools as an agent has. */
export function chatBodyWithTools(prompt: Prompt): object {
  const tools = Array.from({ length: 20 }, (_, n) => ({
    type: 'function',
    function: {
      name: `switch_light_${n}`,
      description: 'Switches a light on or off. '.repeat(20),
      parameters: { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] },
    },
  }));
  return { ...chatBody(prompt), tools };
}
