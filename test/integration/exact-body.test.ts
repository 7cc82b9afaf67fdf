import { expect, test } from 'vitest';
import { cheapModel, type ConfigChanges } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { conversationOf } from '../support/upstream.ts';

/*
 * A request that reaches the API as it was given is, but for the notes that the CLI adds to a conversation it is fed,
 * the one that the CLI would have made of it: its attribution, identity, cache marks and limits included.
 */

const pool: ConfigChanges['pool'] = { warm_per_model: 1, max_warm: 2 };
const exact = sharedHarness({ kind: 'answer' }, { pool });
const fed = sharedHarness({ kind: 'answer' }, { pool, claude: { prompt: 'fed' } });

const text = (words: string) => ({ type: 'text', text: words });
const user = (...content: object[]) => ({ role: 'user', content });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } };
const tool = { name: 'clock', description: 'Tells the time.', input_schema: { type: 'object', properties: {} } };
const call = { type: 'tool_use', id: 'toolu_1', name: 'clock', input: { zone: 'UTC' } };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [text('Noon.')] };

const requests: [string, Record<string, unknown>][] = [
  ['one message', { messages: [user(text('What is the capital of France?'))] }],
  ['a system prompt', { system: 'Be brief.', messages: [user(text('What is the capital of France?'))] }],
  ['a history', { messages: [user(text('One, please')), assistant(text('Two')), user(text('Three'))] }],
  ['two texts', { messages: [user(text('A first text'), text('and a second one'))] }],
  ['an image before the text', { messages: [user(image, text('What is this, then?'))] }],
  ['an image alone', { messages: [user(image)] }],
  ['one letter', { messages: [user(text('a'))] }],
  ['other letters', { messages: [user(text('Wie spät ist es? 🕛'))] }],
  ['tools', { system: 'Be brief.', messages: [user(text('What time is it?'))], tools: [tool] }],
  [
    'a result of a tool',
    {
      messages: [user(text('What time is it?')), assistant(call), user(result)],
      tools: [tool],
      tool_choice: { type: 'auto' },
    },
  ],
  ['a stop sequence', { messages: [user(text('Count to ten'))], stop_sequences: ['five'] }],
];

async function arrived(shared: typeof exact, fields: Record<string, unknown>) {
  const { url, standIn } = shared.harness;
  const body = JSON.stringify({ model: cheapModel, max_tokens: 300, ...fields });
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body,
  });
  expect(response.status).toBe(200);
  const request = standIn.requests.at(-1);
  const { messages, metadata, ...rest } = request?.body as Record<string, unknown>;
  const { user_id: userId, ...others } = metadata as { user_id: string };
  // Each process has a session of its own.
  const identity = { ...(JSON.parse(userId) as object), session_id: '', device_id: '' };
  return {
    // A note within a tool's result begins with a line break.
    conversation: JSON.parse(JSON.stringify(conversationOf(request)).replaceAll('Noon.\\n', 'Noon.')) as unknown,
    rest: { ...rest, metadata: { ...others, identity } },
    marks: [...JSON.stringify(messages).matchAll(/"cache_control":(\{.*?\})/g)].map(([, mark]) => mark),
    notes: JSON.stringify(messages).includes('<system-reminder>'),
  };
}

test.each(requests)('%s reaches the API as a process that was fed would have sent it', async (_what, fields) => {
  const asIs = await arrived(exact, fields);
  const byFeeding = await arrived(fed, fields);
  expect({ ...asIs, notes: undefined }).toEqual({ ...byFeeding, notes: undefined });
  expect(asIs.notes).toBe(false);
});
