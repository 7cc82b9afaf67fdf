import Anthropic from '@anthropic-ai/sdk';
import type { Message, MessageParam } from '@anthropic-ai/sdk/resources/messages';
import { model } from '../support/lab.ts';
import { toPrompt, toSystem } from './nonces.ts';
import { patienceMs, toolName, toolSchema, WrongAnswer, type Door, type Listener, type Task } from './task.ts';

/** Asks through Anthropic's Messages API; gives the text of the answer. */
export async function askMessages({ url, token }: Door, task: Task, { signal, onText }: Listener): Promise<string> {
  const client = new Anthropic({ baseURL: url, apiKey: token, maxRetries: 0, timeout: patienceMs });
  const messages = toMessages(task);
  const first = await turn(messages);
  if (!task.tool) return textOf(first);
  const call = first.content.find((block) => block.type === 'tool_use');
  if (call === undefined) throw new WrongAnswer(`no call but ${JSON.stringify(first.content)}`);
  if (JSON.stringify(call.input) !== JSON.stringify({ nonce: task.ask.nonce })) {
    throw new WrongAnswer(`called with ${JSON.stringify(call.input)}`);
  }
  const result = { type: 'tool_result' as const, tool_use_id: call.id, content: toPrompt(task.ask) };
  return textOf(
    await turn([...messages, { role: 'assistant', content: first.content }, { role: 'user', content: [result] }]),
  );

  async function turn(asked: MessageParam[]): Promise<Message> {
    const body = {
      model,
      max_tokens: 1024,
      messages: asked,
      ...(task.system !== undefined && { system: toSystem(task.system) }),
      ...(task.tool && { tools: [tool] }),
    };
    if (!task.stream) return client.messages.create(body, { signal });
    const stream = client.messages.stream(body, { signal });
    stream.on('text', onText);
    return stream.finalMessage();
  }
}

const tool = { name: toolName, input_schema: toolSchema };

function toMessages({ ask, image, earlier }: Task): MessageParam[] {
  const text = { type: 'text' as const, text: toPrompt(ask) };
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data: image ?? '' };
  return [
    ...(earlier === undefined
      ? []
      : [
          { role: 'user' as const, content: `Remember ${earlier}.` },
          { role: 'assistant' as const, content: 'I do.' },
        ]),
    { role: 'user', content: image === undefined ? text.text : [{ type: 'image', source }, text] },
  ];
}

function textOf({ content }: Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}
