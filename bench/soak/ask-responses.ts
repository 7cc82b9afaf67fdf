import OpenAI from 'openai';
import type { Response, ResponseInput } from 'openai/resources/responses/responses';
import { model } from '../support/lab.ts';
import { rightAnswer, toPrompt, toSystem } from './nonces.ts';
import { patienceMs, toolName, toolSchema, WrongAnswer, type Door, type Listener, type Task } from './task.ts';

/** Asks through OpenAI's Responses API, what was said earlier being kept there; gives the text of the answer. */
export async function askResponses({ url, token }: Door, task: Task, { signal, onText }: Listener): Promise<string> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0, timeout: patienceMs });
  const previous = task.earlier === undefined ? undefined : await earlierTurn(task.earlier);
  const input = toInput(task);
  const first = await turn(input, previous);
  if (!task.tool) return first.output_text;
  const call = first.output.find((item) => item.type === 'function_call');
  if (call === undefined) throw new WrongAnswer(`no call but ${JSON.stringify(first.output)}`);
  if (call.arguments !== JSON.stringify({ nonce: task.ask.nonce })) {
    throw new WrongAnswer(`called with ${call.arguments}`);
  }
  const result = { type: 'function_call_output' as const, call_id: call.call_id, output: toPrompt(task.ask) };
  return (await turn([result], first.id)).output_text;

  async function earlierTurn(nonce: string): Promise<string> {
    const ask = { nonce, words: 2, everyMs: 0 };
    const response = await client.responses.create({ model, input: toPrompt(ask) }, { signal });
    if (response.output_text !== rightAnswer(ask, { heard: 1 }))
      throw new WrongAnswer(`earlier: ${response.output_text}`);
    return response.id;
  }

  async function turn(asked: ResponseInput, previousId: string | undefined): Promise<Response> {
    const body = {
      model,
      input: asked,
      ...(task.system !== undefined && { instructions: toSystem(task.system) }),
      ...(previousId !== undefined && { previous_response_id: previousId }),
      ...(task.tool && { tools: [tool] }),
    };
    if (!task.stream) return client.responses.create(body, { signal });
    const stream = client.responses.stream(body, { signal });
    for await (const event of stream) {
      if (event.type === 'response.output_text.delta') onText(event.delta);
      if (event.type === 'response.failed')
        throw new OpenAI.APIError(undefined, event.response.error ?? {}, undefined, undefined);
    }
    return stream.finalResponse();
  }
}

const tool = { type: 'function' as const, name: toolName, parameters: toolSchema, strict: false };

function toInput({ ask, image }: Task): ResponseInput {
  const text = { type: 'input_text' as const, text: toPrompt(ask) };
  const picture = {
    type: 'input_image' as const,
    image_url: `data:image/png;base64,${image ?? ''}`,
    detail: 'auto' as const,
  };
  return [{ role: 'user', content: image === undefined ? text.text : [picture, text] }];
}
