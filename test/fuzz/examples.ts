/** In each example where the client's own words stand; becomes a mark of the one request. */
export const noncePlace = 'NONCE';

export interface Example {
  name: string;
  path: string;
  body: object;
}

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const citySchema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };

const chatRich = {
  model: 'haiku',
  messages: [
    { role: 'system', content: `Be brief. ${noncePlace}` },
    { role: 'user', content: [{ type: 'text', text: `Weather? ${noncePlace}` }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
    {
      role: 'user',
      content: [
        { type: 'text', text: `And this? ${noncePlace}` },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}`, detail: 'low' } },
        { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
      ],
    },
  ],
  tools: [
    { type: 'function', function: { name: 'weather', description: 'Tells', parameters: citySchema, strict: true } },
  ],
  tool_choice: { type: 'function', function: { name: 'weather' } },
  parallel_tool_calls: false,
  max_completion_tokens: 100,
  reasoning_effort: 'low',
  temperature: 1,
  n: 2,
  stop: ['END'],
  user: 'somebody',
  metadata: { a: 'b' },
};

const countRich = {
  model: 'haiku',
  system: [{ type: 'text', text: `Be brief. ${noncePlace}`, cache_control: { type: 'ephemeral' } }],
  messages: [
    { role: 'user', content: `Weather? ${noncePlace}` },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'Sunny' }], is_error: false },
        { type: 'text', text: `And this? ${noncePlace}` },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'x' },
          citations: { enabled: true },
        },
        { type: 'search_result', source: 'a', title: 'b', content: [{ type: 'text', text: 'c' }] },
      ],
    },
  ],
  tools: [{ name: 'weather', description: 'Tells', input_schema: citySchema }],
  tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  thinking: { type: 'enabled', budget_tokens: 1024 },
};

const messagesRich = { ...countRich, max_tokens: 2000, stop_sequences: ['END'], metadata: { user_id: 'x' } };

/** Valid requests of every dialect, which together have each field that is acted on. */
export const examples: readonly Example[] = [
  { name: 'chat', path: '/v1/chat/completions', body: chatRich },
  {
    name: 'chat, streamed',
    path: '/v1/chat/completions',
    body: {
      model: 'haiku',
      messages: [{ role: 'user', content: noncePlace }],
      stream: true,
      stream_options: { include_usage: true },
      response_format: { type: 'json_schema', json_schema: { name: 'place', strict: true, schema: citySchema } },
    },
  },
  {
    name: 'chat, functions',
    path: '/v1/chat/completions',
    body: {
      model: 'haiku',
      messages: [
        { role: 'user', content: noncePlace },
        { role: 'assistant', content: '', function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: 'Sunny' },
      ],
      functions: [{ name: 'weather', parameters: citySchema }],
      function_call: { name: 'weather' },
    },
  },
  {
    name: 'completions',
    path: '/v1/completions',
    body: {
      model: 'haiku',
      prompt: [noncePlace, `More ${noncePlace}`],
      max_tokens: 9,
      stop: ['END'],
      n: 2,
      echo: false,
    },
  },
  {
    name: 'responses',
    path: '/v1/responses',
    body: {
      model: 'haiku',
      instructions: noncePlace,
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] },
        { role: 'user', content: `Weather? ${noncePlace}` },
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x' },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Sunny' },
        {
          type: 'message',
          role: 'user',
          content: [
            { type: 'input_text', text: `And? ${noncePlace}` },
            { type: 'input_image', image_url: `data:image/png;base64,${png}` },
          ],
        },
      ],
      tools: [{ type: 'function', name: 'weather', parameters: citySchema, strict: false }],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      max_output_tokens: 100,
      reasoning: { effort: 'low', summary: 'auto' },
      metadata: { a: 'b' },
      include: ['reasoning.encrypted_content'],
    },
  },
  {
    name: 'responses, streamed',
    path: '/v1/responses',
    body: {
      model: 'haiku',
      input: noncePlace,
      stream: true,
      store: false,
      text: { format: { type: 'json_schema', name: 'place', schema: citySchema, strict: true }, verbosity: 'low' },
    },
  },
  {
    name: 'responses, background',
    path: '/v1/responses',
    body: { model: 'haiku', input: noncePlace, background: true },
  },
  { name: 'messages', path: '/v1/messages', body: messagesRich },
  {
    name: 'messages, streamed',
    path: '/v1/messages',
    body: {
      model: 'haiku',
      max_tokens: 9,
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: noncePlace }] }],
      output_config: { effort: 'low', format: { type: 'json_schema', schema: citySchema } },
    },
  },
  { name: 'count_tokens', path: '/v1/messages/count_tokens', body: countRich },
];
