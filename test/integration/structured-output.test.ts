import { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { cheapModel } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf, upstreamBody } from '../support/upstream.ts';

const shared = sharedHarness();
const { requests } = shared;

/** Other properties are allowed, so that the API cannot enforce it. */
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, people: { type: 'integer' } },
  required: ['city', 'people'],
};
const closedSchema = { ...schema, additionalProperties: false };
const formatOf = (form: Record<string, unknown>) => ({
  type: 'json_schema' as const,
  json_schema: { name: 'city', strict: true, schema: form },
});
const format = formatOf(schema);
const paris = { city: 'Paris', people: 2_100_000 };
const structured = (input: Record<string, unknown>, text?: string): Answer => ({
  kind: 'answer',
  ...(text === undefined ? {} : { text }),
  toolUses: [{ name: 'StructuredOutput', input }],
});
const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'A city?' }] };
const ask = (fields: object = {}) =>
  shared.harness.client.chat.completions.create({ ...request, response_format: format, stream: false, ...fields });
const stream = () => shared.harness.client.chat.completions.stream({ ...request, response_format: format });

/** What a call failed with. */
async function failureOf(call: Promise<unknown>): Promise<APIError> {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (error instanceof APIError) return error;
  throw new Error('the call did not fail with an error of the API');
}

describe('response_format json_schema', () => {
  test('gives the JSON alone, without the words around it', async () => {
    shared.harness.standIn.behave(structured(paris, 'Here you are: '));
    const completion = await ask();

    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual(paris);
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { refusal: null } });
    expect(completion.choices[0]?.message.tool_calls).toBeUndefined();
    const [tool] = upstreamBody(requests()[0]).tools ?? [];
    expect(tool).toMatchObject({ name: 'StructuredOutput', input_schema: schema });
    expect(upstreamBody(requests()[0]).tool_choice).toEqual({ type: 'tool', name: 'StructuredOutput' });
    expect(requests()).toHaveLength(1);
  });

  test('streams the JSON as it is made', async () => {
    shared.harness.standIn.behave(structured(paris));
    const pieces: string[] = [];
    const running = stream().on('content', (piece) => pieces.push(piece));
    const completion = await running.finalChatCompletion();

    expect(pieces.length).toBeGreaterThan(1);
    expect(JSON.parse(pieces.join(''))).toEqual(paris);
    expect(completion.choices[0]?.finish_reason).toBe('stop');
  });

  test('goes together with tools, and the model chooses', async () => {
    const tools = [{ type: 'function', function: { name: 'look_up' } }];
    shared.harness.standIn.behave([
      { kind: 'answer', text: 'Wait.', toolUses: [{ id: 'toolu_1', name: 'mcp__client__look_up', input: {} }] },
      structured(paris),
    ]);
    const calling = await ask({ tools });
    const answering = await ask({ tools });

    expect(upstreamBody(requests()[0]).tools?.map(({ name }) => name)).toEqual([
      'mcp__client__look_up',
      'StructuredOutput',
    ]);
    expect(upstreamBody(requests()[0]).tool_choice).toEqual({ type: 'any' });
    expect(calling.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'Wait.', tool_calls: [{ id: 'toolu_1' }] },
    });
    expect(answering.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: JSON.stringify(paris) },
    });
  });

  test.each([
    ['words', { kind: 'answer', text: 'Paris has many people.' } satisfies Answer],
    ['a value of another form', structured({ city: 'Paris' })],
  ])('asks once more after %s', async (_what, wrong) => {
    shared.harness.standIn.behave([wrong, structured(paris)]);
    const completion = await ask();

    expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual(paris);
    expect(requests()).toHaveLength(2);
    expect(conversationOf(requests()[1])).toHaveLength(3);
  });

  test('never gives a value of another form for an answer', async () => {
    shared.harness.standIn.behave(structured({ city: 'Paris' }));
    const whole = await failureOf(ask());
    const streamed = await failureOf(stream().finalChatCompletion());

    for (const { code, message } of [whole, streamed]) {
      expect(code).toBe('output_invalid');
      expect(message).toContain("must have required property 'people'");
    }
    expect(whole.status).toBe(502);
  });

  test('never gives words for an answer, streamed neither', async () => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'Paris has many people.' });
    expect(await failureOf(ask())).toMatchObject({ status: 502, code: 'output_invalid' });
    expect(await failureOf(stream().finalChatCompletion())).toMatchObject({ status: 502, code: 'output_invalid' });
  });

  test.each([
    ['I will not say.', 'I will not say.'],
    [undefined, 'The model declined to answer.'],
  ])('tells a refusal as one (%s)', async (text, refusal) => {
    const declined: Answer = { kind: 'answer', deltas: text === undefined ? [] : [text], stopReason: 'refusal' };
    shared.harness.standIn.behave(declined);
    const completion = await ask();
    const streamed = await stream().finalChatCompletion();

    for (const { choices } of [completion, streamed]) {
      expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { refusal } });
      expect(choices[0]?.message.content ?? '').toBe('');
    }
  });

  test('says length when there was no room for the whole value', async () => {
    shared.harness.standIn.behave({ ...structured(paris), stopReason: 'max_tokens' });
    expect((await ask({ max_tokens: 5 })).choices[0]?.finish_reason).toBe('length');
  });

  test('refuses what is no schema, and names the field', async () => {
    const broken = { type: 'object', properties: { a: { type: 'wrong' } } };
    const failure = await failureOf(
      ask({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema: broken } } }),
    );
    expect(failure).toMatchObject({ status: 400, param: 'response_format.json_schema.schema' });
    expect(requests()).toHaveLength(0);
  });
});

describe('response_format json_schema, where the API can enforce the schema', () => {
  const response_format = formatOf(closedSchema);
  const json = JSON.stringify(paris);

  test.each([false, true])('gives the text that the API made of it (with thinking: %s)', async (thinks) => {
    shared.harness.standIn.behave({ kind: 'answer', ...(thinks && { thinking: 'Paris.' }), text: json });
    const completion = await ask({ response_format, ...(thinks && { reasoning_effort: 'low' }) });

    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: json, refusal: null } });
    const body = upstreamBody(requests()[0]);
    expect(body.output_config).toMatchObject({ format: { type: 'json_schema', schema: closedSchema } });
    expect(body.tools ?? []).toEqual([]);
    expect(body.tool_choice).toBeUndefined();
    expect(requests()).toHaveLength(1);
  });

  test('streams it as it is made', async () => {
    shared.harness.standIn.behave({ kind: 'answer', deltas: ['{"city":', '"Paris",', '"people":1}'] });
    const pieces: string[] = [];
    const { chat } = shared.harness.client;
    const running = chat.completions
      .stream({ ...request, response_format })
      .on('content', (piece) => pieces.push(piece));
    await running.finalChatCompletion();
    expect(pieces).toEqual(['{"city":', '"Paris",', '"people":1}']);
  });

  test('asks once more where the text is of another form all the same', async () => {
    shared.harness.standIn.behave([
      { kind: 'answer', text: '{"city":"Paris"}' },
      { kind: 'answer', text: json },
    ]);
    expect((await ask({ response_format })).choices[0]?.message.content).toBe(json);
    expect(conversationOf(requests()[1])).toHaveLength(3);
  });

  test('tells a refusal as one, and a cut as one', async () => {
    shared.harness.standIn.behave({ kind: 'answer', text: 'I will not say.', stopReason: 'refusal' });
    const declined = await ask({ response_format });
    expect(declined.choices[0]).toMatchObject({ message: { content: null, refusal: 'I will not say.' } });

    shared.harness.standIn.behave({ kind: 'answer', text: '{"city":', stopReason: 'max_tokens' });
    const cut = await ask({ response_format, max_tokens: 5 });
    expect(cut.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '{"city":' } });
  });
});

test('response_format json_object gives one JSON object', async () => {
  shared.harness.standIn.behave(structured({ anything: [1, { goes: true }] }, 'Sure: '));
  const completion = await ask({ response_format: { type: 'json_object' } });
  expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({ anything: [1, { goes: true }] });
});
