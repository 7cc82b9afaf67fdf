import { beforeEach, describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import type { Behaviour } from '../../src/stand-in/behaviour.ts';
import type { RecordedRequest } from '../../src/stand-in/exchange.ts';
import { cheapModel as model, type ConfigChanges } from '../support/harness.ts';
import { sharedHarness, type SharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

/*
 * Images and documents that the API refuses. The CLI takes them out of a conversation that was fed to it and asks again,
 * and has its own words for them where the request is given as a body.
 */

const pool: ConfigChanges['pool'] = { warm_per_model: 1, max_warm: 2 };
const exact = sharedHarness(undefined, { pool });
const fed = sharedHarness(undefined, { pool, claude: { prompt: 'fed' } });
const ways: [string, SharedHarness][] = [
  ['as it is', exact],
  ['fed', fed],
];

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } };
const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQ=' } };
const text = (words: string) => ({ type: 'text', text: words });
const user = (...content: object[]) => ({ role: 'user', content });
const assistant = (...content: object[]) => ({ role: 'assistant', content });

/** As the API: whatever has an image or a document is refused, and what has none is answered. */
const refusing =
  (sentence: string) =>
  ({ body }: RecordedRequest): Behaviour => {
    const { messages } = body as { messages: object[] };
    const hasMedia = /"type":"(?:image|document)"/.test(JSON.stringify(messages));
    return hasMedia ? apiErrors.invalidRequest(sentence) : { kind: 'answer', text: 'I see nothing.' };
  };

async function post({ harness }: SharedHarness, path: string, body: object): Promise<{ status: number; said: string }> {
  const response = await fetch(`${harness.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...body }),
  });
  return { status: response.status, said: await response.text() };
}

const ask = (shared: SharedHarness, messages: object[], more: object = {}) =>
  post(shared, '/v1/messages', { max_tokens: 100, messages, ...more });

const call = { type: 'tool_use', id: 'toolu_a', name: 'look', input: {} };
const result = (...content: object[]) => ({ type: 'tool_result', tool_use_id: 'toolu_a', content });

describe.each(ways)('in a conversation that is given %s', (_way, shared) => {
  test.each([
    ['a locked PDF', pdf, 'The PDF specified was password protected.'],
    ['an image that cannot be read', image, 'Could not process image'],
  ])('%s is refused with the sentence of the API', async (_what, block, problem) => {
    const sentence = `messages.0.content.0: ${problem}`;
    shared.harness.standIn.behave(refusing(sentence));
    const { status, said } = await ask(shared, [user(block, text('What is it?'))]);
    expect(status, said).toBe(400);
    expect(JSON.parse(said)).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(said).toContain(sentence);
  });

  test.each([
    ['an earlier message', [user(image, text('One')), assistant(text('So.')), user(text('Two'))]],
    ['the result of a tool', [user(text('Look')), assistant(call), user(result(image))]],
    [
      'an earlier result',
      [user(text('Look')), assistant(call), user(result(pdf)), assistant(text('So.')), user(text('?'))],
    ],
  ])('what is refused may be in %s', async (_where, messages) => {
    shared.harness.standIn.behave(refusing('Could not process it'));
    const { status, said } = await ask(shared, messages);
    expect(status, said).toBe(400);
    expect(said).toContain('Could not process it');
  });

  test('OpenAI’s clients get it in their form, and in a stream that has begun as an event', async () => {
    shared.harness.standIn.behave(refusing('Could not process image'));
    const url = `data:image/png;base64,${pixel}`;
    const chat = await post(shared, '/v1/chat/completions', {
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
    });
    const responses = await post(shared, '/v1/responses', {
      input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }],
      stream: true,
    });
    expect(chat).toMatchObject({ status: 400, said: expect.stringContaining('Could not process image') as string });
    expect(responses.said).toContain('Could not process image');
    expect(responses.said).not.toContain('I see nothing.');
  });

  test('the next turn is answered', async () => {
    shared.harness.standIn.behave(refusing('Could not process image'));
    await ask(shared, [user(image)]);
    const { status, said } = await ask(shared, [user(text('Hello'))]);
    expect(status, said).toBe(200);
    expect(said).toContain('I see nothing.');
  });

  test('an image over 5 MB is for the API to refuse', async () => {
    const sentence = 'messages.0.content.0.image.source.base64: image exceeds 5 MB maximum';
    shared.harness.standIn.behave(refusing(sentence));
    const { status, said } = await ask(shared, [user(pictureOf(6), text('What is it?'))]);
    expect(status, said.slice(0, 500)).toBe(400);
    expect(said).toContain(sentence);
  });
});

/** Of about so many megabytes; only its beginning is that of an image. */
function pictureOf(megabytes: number): object {
  const bytes = Buffer.alloc(megabytes * 1024 * 1024, 'picture');
  Buffer.from(pixel, 'base64').copy(bytes);
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: bytes.toString('base64') } };
}

describe('a large image', () => {
  beforeEach(() => {
    exact.harness.standIn.behave({ kind: 'answer', text: 'A picture.' });
  });

  test('arrives byte for byte', async () => {
    const large = pictureOf(4);
    const { status } = await ask(exact, [user(large, text('What is it?'))]);
    expect(status).toBe(200);
    const [arrived] = upstreamBody(exact.requests().at(-1)).messages[0]?.content as object[];
    expect(JSON.stringify(arrived) === JSON.stringify(large)).toBe(true);
  });

  test('that makes the request too large is refused by its size', async () => {
    const { status, said } = await ask(exact, [user(pictureOf(26))]);
    expect(status, said.slice(0, 500)).toBe(413);
  });
});

test('bytes that are no image are refused, and the part is named', async () => {
  const data = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64');
  const url = `data:image/png;base64,${data}`;
  const source = { type: 'base64', media_type: 'image/png', data };
  const messages = await ask(exact, [user(text('What is it?'), { type: 'image', source })]);
  const chat = await post(exact, '/v1/chat/completions', {
    messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
  });
  const responses = await post(exact, '/v1/responses', {
    input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }],
  });
  expect([messages.status, chat.status, responses.status]).toEqual([400, 400, 400]);
  expect(messages.said).toContain('messages.0.content.1.source.data');
  expect(chat.said).toContain('messages[0].content[0].image_url.url');
  expect(responses.said).toContain('input[0].content[0].image_url');
  expect(exact.requests()).toEqual([]);
});
