import { describe, expect, test } from 'vitest';
import { cheapModel as model, withDirect } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import {
  aCall,
  asked,
  ask,
  cases,
  chatCalls,
  directCall,
  messagesCalls,
  offered,
  paths,
  responsesCalls,
  type Dialect,
} from './dialect-cases.ts';

const shared = sharedHarness(undefined, withDirect);

/** What each dialect calls the bound that Messages cannot do without. */
const limits: Record<Dialect, object> = {
  chat: { max_completion_tokens: 3000 },
  responses: { max_output_tokens: 3000, store: false },
  messages: { max_tokens: 3000 },
};

/** The bodies that reach the API for a request, but for what is made up anew for each process. */
async function upstreamOf(base: string, dialect: Dialect, fields: object): Promise<string[]> {
  const { harness } = shared;
  const first = harness.standIn.requests.length;
  const answer = await fetch(harness.url + base + paths[dialect], {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, ...limits[dialect], ...fields }),
  });
  expect([dialect, answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([dialect, 200, '']);
  // So that fields with no effect cannot be why two dialects agree.
  expect(answer.headers.get('x-claude-harness-ignored')).toBeNull();
  await answer.text().catch(() => '');
  return harness.standIn.requests.slice(first).map(({ body }) => JSON.stringify(withoutProcess(body as object)));
}

/** `metadata.user_id` holds the id of the CLI's session; nothing else differs between two processes. */
function withoutProcess(body: object): object {
  return { ...body, metadata: undefined };
}

describe.each([
  ['the CLI', ''],
  ['the API itself', '/api'],
])('through %s', (_way, base) => {
  test.each(cases)('$what: the same request in each dialect', async ({ saying, holds, answer }) => {
    const given = base === '/api' && answer === aCall ? directCall : answer;
    shared.harness.standIn.behave({ kind: 'answer', ...given });
    const expected = await upstreamOf(base, 'messages', saying.messages);
    expect(expected).toEqual([expect.stringContaining(holds)]);
    for (const dialect of ['chat', 'responses'] as const) {
      const fields = saying[dialect];
      if (fields !== undefined) expect(await upstreamOf(base, dialect, fields)).toEqual(expected);
    }
  });

  test('a result that is an error differs by the mark alone, which only Messages can set', async () => {
    shared.harness.standIn.behave({ kind: 'answer' });
    const results = (mark: object): object => ({
      ...offered.messages,
      messages: [
        ...asked.messages.messages,
        { role: 'assistant', content: messagesCalls.slice(0, 1) },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_a', content: 'No such city', ...mark }] },
      ],
    });
    const marked = await upstreamOf(base, 'messages', results({ is_error: true }));
    expect(marked.join()).toContain('"is_error":true');
    const chat = await upstreamOf(base, 'chat', {
      ...offered.chat,
      messages: [
        ...asked.chat.messages,
        { role: 'assistant', content: null, tool_calls: chatCalls.slice(0, 1) },
        { role: 'tool', tool_call_id: 'toolu_a', content: 'No such city' },
      ],
    });
    const responses = await upstreamOf(base, 'responses', {
      ...offered.responses,
      input: [
        { role: 'user', content: ask },
        ...responsesCalls.slice(0, 1),
        { type: 'function_call_output', call_id: 'toolu_a', output: 'No such city' },
      ],
    });
    expect(chat).toEqual(await upstreamOf(base, 'messages', results({})));
    expect(responses).toEqual(chat);
    const unmarked = (bodies: string[]) => bodies.map((body) => body.replace(/,?"is_error":(?:true|false)/, ''));
    expect(unmarked(marked)).toEqual(unmarked(chat));
  });
});
