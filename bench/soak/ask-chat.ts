import OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { model } from '../support/lab.ts';
import { toPrompt, toSystem } from './nonces.ts';
import { patienceMs, toolName, toolSchema, WrongAnswer, type Door, type Listener, type Task } from './task.ts';

/** Asks through OpenAI's chat API; gives the text of the answer. */
export async function askChat({ url, token }: Door, task: Task, { signal, onText }: Listener): Promise<string> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0, timeout: patienceMs });
  const messages = toMessages(task);
  const first = await turn(messages);
  if (!task.tool) return first.content ?? '';
  const [call] = first.tool_calls ?? [];
  if (call?.type !== 'function') throw new WrongAnswer(`no call but ${JSON.stringify(first)}`);
  if (call.function.arguments !== JSON.stringify({ nonce: task.ask.nonce })) {
    throw new WrongAnswer(`called with ${call.function.arguments}`);
  }
  const result = { role: 'tool' as const, tool_call_id: call.id, content: toPrompt(task.ask) };
  return (await turn([...messages, first, result])).content ?? '';

  async function turn(asked: ChatCompletionMessageParam[]): Promise<ChatCompletion['choices'][number]['message']> {
    const body = { model, messages: asked, ...(task.tool && { tools: [tool] }) };
    let completion: ChatCompletion;
    if (task.stream) {
      const stream = client.chat.completions.stream(body, { signal });
      for await (const chunk of stream) onText(chunk.choices[0]?.delta.content ?? '');
      completion = await stream.finalChatCompletion();
    } else {
      completion = await client.chat.completions.create(body, { signal });
    }
    const [choice] = completion.choices;
    if (choice === undefined) throw new WrongAnswer('an answer without a choice');
    return choice.message;
  }
}

const tool = { type: 'function' as const, function: { name: toolName, parameters: toolSchema } };

function toMessages({ ask, image, earlier, system }: Task): ChatCompletionMessageParam[] {
  const text = { type: 'text' as const, text: toPrompt(ask) };
  const picture = { type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image ?? ''}` } };
  return [
    ...(system === undefined ? [] : [{ role: 'system' as const, content: toSystem(system) }]),
    ...(earlier === undefined
      ? []
      : [
          { role: 'user' as const, content: `Remember ${earlier}.` },
          { role: 'assistant' as const, content: 'I do.' },
        ]),
    { role: 'user', content: image === undefined ? text.text : [picture, text] },
  ];
}
