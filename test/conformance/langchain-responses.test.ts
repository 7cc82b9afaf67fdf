import { AIMessage, HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newsSource, searchedAnswer } from '../support/searched-answer.ts';
import { structured } from '../support/structured-answer.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf } from '../support/upstream.ts';

let harness: Harness;

beforeAll(async () => {
  harness = await startHarness();
});

afterAll(async () => {
  await harness.stop();
});

const modelWith = (fields: object = {}) =>
  new ChatOpenAI({
    model: cheapModel,
    apiKey: 'any',
    maxRetries: 0,
    useResponsesApi: true,
    configuration: { baseURL: `${harness.url}/v1` },
    ...fields,
  });
const look = { name: 'look', description: 'Looks.', schema: z.object({ city: z.string() }) };
const call = { id: 'toolu_1', name: 'mcp__client__look', input: { city: 'Paris' } };

describe('LangChain over responses', () => {
  test('reads an answer, whole and streamed', async () => {
    harness.standIn.behave({
      kind: 'answer',
      text: 'Paris is the capital.',
      usage: { input_tokens: 10, output_tokens: 7 },
    });
    const whole = await modelWith().invoke('The capital of France?');
    expect(whole.text).toBe('Paris is the capital.');
    expect(whole.usage_metadata).toMatchObject({ input_tokens: 10, output_tokens: 7, total_tokens: 17 });
    const pieces: string[] = [];
    for await (const piece of await modelWith().stream('The capital of France?')) pieces.push(piece.text);
    expect(pieces.join('')).toBe('Paris is the capital.');
  });

  test.each([{ zdrEnabled: false }, { zdrEnabled: true }])(
    'brings the thinking back with what the tool said (nothing stored: $zdrEnabled)',
    async (fields) => {
      harness.standIn.behave({ kind: 'answer', thinking: 'I should look.', text: 'Let me see.', toolUses: [call] });
      const model = modelWith({ ...fields, reasoning: { effort: 'low' } }).bindTools([look]);
      const messages: BaseMessage[] = [new HumanMessage('How is Paris?')];
      const first = await model.invoke(messages);
      expect(first.tool_calls).toMatchObject([{ id: call.id, name: 'look', args: { city: 'Paris' } }]);
      expect(first).toBeInstanceOf(AIMessage);
      harness.standIn.behave({ kind: 'answer', text: 'Fine.' });
      const second = await model.invoke([
        ...messages,
        first,
        new ToolMessage({ tool_call_id: call.id, content: '21 degrees' }),
      ]);
      expect(second.text).toBe('Fine.');
      expect(conversationOf(harness.standIn.requests.at(-1)).slice(1)).toMatchObject([
        {
          role: 'assistant',
          content: [{ type: 'thinking', thinking: 'I should look.' }, 'Let me see.', { type: 'tool_use', id: call.id }],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id }] },
      ]);
    },
  );

  test('searches the web, and goes on from what was said about it', async () => {
    harness.standIn.behave(searchedAnswer);
    const model = modelWith().bindTools([{ type: 'web_search_preview' }]);
    const whole = await model.invoke('What is new?');
    expect(whole.text).toBe('Let me see. So it is.');
    expect(JSON.stringify(whole.content)).toContain(newsSource.url);
    const pieces: string[] = [];
    for await (const piece of await model.stream('What is new?')) pieces.push(JSON.stringify(piece.content));
    expect(pieces.join('')).toContain(newsSource.url);
    await model.invoke([new HumanMessage('What is new?'), whole, new HumanMessage('And?')]);
    expect(conversationOf(harness.standIn.requests.at(-1)).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
    ]);
  });

  test('gets an object', async () => {
    harness.standIn.behave((asked) => ({ kind: 'answer', ...structured(asked, { city: 'Paris' }) }));
    const model = modelWith().withStructuredOutput(z.object({ city: z.string() }), {
      name: 'place',
      method: 'jsonSchema',
    });
    expect(await model.invoke('The capital of France?')).toEqual({ city: 'Paris' });
  });
});
