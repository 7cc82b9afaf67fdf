import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cheapModel, withDirect } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { enforcedSchema } from '../support/structured-answer.ts';
import { upstreamBody } from '../support/upstream.ts';

/** A schema as the official client makes it, which the API can enforce: the text of the answer is the object. */
const person = z.object({
  name: z.string().describe('In full'),
  hobbies: z.array(z.enum(['maths', 'horses'])),
  home: z.object({ city: z.string() }).nullable(),
});
const ada = { name: 'Ada “the first” Lovelace', hobbies: ['maths', 'horses'], home: null };

const shared = sharedHarness({ kind: 'answer', text: JSON.stringify(ada) }, withDirect);
const messages = [{ role: 'user' as const, content: 'Who wrote the first program?' }];
const request = { model: cheapModel, messages, response_format: zodResponseFormat(person, 'person') };

describe.each(['/v1', '/api/v1'])('the official client at %s', (base) => {
  const clientOf = () => new OpenAI({ baseURL: shared.harness.url + base, apiKey: 'any', maxRetries: 0 });

  test('gets an object that was parsed', async () => {
    const completion = await clientOf().chat.completions.parse(request);
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { parsed: ada, refusal: null } });

    const [sent] = shared.requests();
    expect(shared.requests()).toHaveLength(1);
    expect(sent && enforcedSchema(sent)).toMatchObject({ required: ['name', 'hobbies', 'home'] });
    expect(sent && enforcedSchema(sent)).not.toHaveProperty('$schema');
    expect(upstreamBody(sent).tools ?? []).toEqual([]);
  });

  test('gets an object that grows while it is streamed', async () => {
    const stream = clientOf().chat.completions.stream(request);
    const partial: unknown[] = [];
    stream.on('content.delta', ({ parsed }) => partial.push(parsed));
    const completion = await stream.finalChatCompletion();
    expect(partial.length).toBeGreaterThan(1);
    expect(completion.choices[0]?.message.parsed).toEqual(ada);
  });

  test('has the API enforce its strict tools', async () => {
    const look = zodFunction({ name: 'look', parameters: z.object({ city: z.string() }) });
    await clientOf().chat.completions.parse({ model: cheapModel, messages, tools: [look] });
    expect(upstreamBody(shared.requests()[0]).tools).toMatchObject([{ strict: true }]);
  });
});
