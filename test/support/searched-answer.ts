import type { Answer } from '../../src/stand-in/behaviour.ts';

/** The source of `searchedAnswer`. */
export const newsSource = { url: 'https://example.com', title: 'News' };

/** An answer for which the API has searched the web. */
export const searchedAnswer: Answer = {
  kind: 'answer',
  blocks: [
    { start: { type: 'text', text: '' }, deltas: [{ type: 'text_delta', text: 'Let me see. ' }] },
    {
      start: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} },
      deltas: [
        { type: 'input_json_delta', partial_json: '{"query"' },
        { type: 'input_json_delta', partial_json: ':"news"}' },
      ],
    },
    {
      start: {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: [{ type: 'web_search_result', ...newsSource, encrypted_content: 'x', page_age: null }],
      },
    },
    {
      start: { type: 'text', text: '' },
      deltas: [
        {
          type: 'citations_delta',
          citation: {
            type: 'web_search_result_location',
            ...newsSource,
            encrypted_index: 'y',
            cited_text: 'So it is, they say.',
          },
        },
        { type: 'text_delta', text: 'So it is.' },
      ],
    },
  ],
};
