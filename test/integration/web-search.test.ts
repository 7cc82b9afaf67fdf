import type { ResponseInputItem } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import { cheapModel as model, withDirect } from '../support/harness.ts';
import { newsSource, searchedAnswer } from '../support/searched-answer.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

/* The API's own search, as OpenAI's clients ask for it and read its answers. */

const shared = sharedHarness({ kind: 'answer' }, { pool: { warm_per_model: 1, max_warm: 2 }, ...withDirect });

const definition = {
  type: 'web_search_20250305',
  name: 'web_search',
  max_uses: 1,
  user_location: { type: 'approximate', city: 'Oslo' },
};
const question = 'What is new?';

const askedFor = () => {
  const { tools, tool_choice: choice } = upstreamBody(shared.harness.standIn.requests.at(-1)) as {
    tools?: { cache_control?: unknown }[];
    tool_choice?: unknown;
  };
  return { tools: tools?.map((tool) => ({ ...tool, cache_control: undefined })), choice };
};

describe.each([
  ['through the CLI', () => shared.harness.client],
  ['straight to the API', () => shared.harness.directClient],
])('a search %s', (_way, clientOf) => {
  test('is asked for in a chat, and its sources annotate the answer, whole and streamed', async () => {
    shared.harness.standIn.behave(searchedAnswer);
    const { completions } = clientOf().chat;
    const body = {
      model,
      messages: [{ role: 'user' as const, content: question }],
      web_search_options: {
        search_context_size: 'low' as const,
        user_location: { type: 'approximate' as const, approximate: { city: 'Oslo' } },
      },
    };
    const message = {
      content: 'Let me see. So it is.',
      annotations: [{ type: 'url_citation', url_citation: { ...newsSource, start_index: 12, end_index: 21 } }],
    };
    const whole = await completions.create(body);
    expect(askedFor()).toEqual({ tools: [definition], choice: undefined });
    expect(whole.choices).toMatchObject([{ message, finish_reason: 'stop' }]);
    const streamed = await completions.stream(body).finalChatCompletion();
    expect(streamed.choices).toMatchObject([{ message, finish_reason: 'stop' }]);
  });

  test('that the API interrupts is gone on with, and is one answer', async () => {
    const { standIn } = shared.harness;
    const paused = { ...searchedAnswer, stopReason: 'pause_turn' as const };
    const { completions } = clientOf().chat;
    const body = { model, messages: [{ role: 'user' as const, content: question }], web_search_options: {} };
    for (const ask of [() => completions.create(body), () => completions.stream(body).finalChatCompletion()]) {
      standIn.behave([paused, { kind: 'answer', text: ' And that is all.' }]);
      const { choices } = await ask();
      const content = 'Let me see. So it is. And that is all.';
      expect(choices).toMatchObject([{ message: { content, annotations: [{}] }, finish_reason: 'stop' }]);
      const { messages } = upstreamBody(standIn.requests.at(-1));
      expect(messages).toMatchObject([
        { role: 'user' },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'Let me see. ' },
            { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'news' } },
            { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1' },
            { type: 'text', text: 'So it is.', citations: [{ type: 'web_search_result_location' }] },
          ],
        },
      ]);
    }
    const { responses } = clientOf();
    standIn.behave([paused, { kind: 'answer', text: ' And that is all.' }]);
    const response = await responses.create({ model, input: question, tools: [{ type: 'web_search' }] });
    expect(response).toMatchObject({ status: 'completed', output_text: 'Let me see. So it is. And that is all.' });
  });

  test('is required in a response, whose items go back with the next question', async () => {
    shared.harness.standIn.behave(searchedAnswer);
    const { responses } = clientOf();
    const body = {
      model,
      input: question,
      reasoning: { effort: 'none' as const },
      tools: [
        {
          type: 'web_search_preview' as const,
          search_context_size: 'low' as const,
          user_location: { type: 'approximate' as const, city: 'Oslo' },
        },
      ],
      tool_choice: { type: 'web_search_preview' as const },
    };
    const output = [
      { type: 'message' },
      { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'news' } },
      {
        type: 'message',
        content: [
          { text: 'So it is.', annotations: [{ type: 'url_citation', ...newsSource, start_index: 0, end_index: 9 }] },
        ],
      },
    ];
    const stream = responses.stream(body);
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    const response = await stream.finalResponse();
    expect(askedFor()).toEqual({ tools: [definition], choice: { type: 'tool', name: 'web_search' } });
    expect(response).toMatchObject({ status: 'completed', output });
    expect(types).toContain('response.web_search_call.searching');
    expect(types).toContain('response.output_text.annotation.added');

    const said = [
      { role: 'user', content: [{ type: 'text', text: question }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me see. ' },
          { type: 'text', text: 'So it is.' },
        ],
      },
      { role: 'user' },
    ];
    const next = { role: 'user' as const, content: 'And?' };
    const items = response.output as ResponseInputItem[];
    await responses.create({ model, input: [{ role: 'user' as const, content: question }, ...items, next] });
    expect(upstreamBody(shared.harness.standIn.requests.at(-1)).messages).toMatchObject(said);
    await responses.create({ model, input: 'And?', previous_response_id: response.id });
    expect(upstreamBody(shared.harness.standIn.requests.at(-1)).messages).toMatchObject(said);
  });
});
