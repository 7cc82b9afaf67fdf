import { sealThought } from '../../src/dialect/openai-responses/sealed-thought.ts';
import type { Answer } from '../../src/stand-in/behaviour.ts';
import { cheapModel as model } from '../support/harness.ts';

export const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', messages: '/v1/messages' };
export type Dialect = keyof typeof paths;

/** The same request in the words of each dialect that can say it. */
export type Saying = Partial<Record<Dialect, object>> & { messages: object };

export interface Case {
  what: string;
  saying: Saying;
  /** What of it must be found in the request. */
  holds: string;
  /** What the stand-in answers, where the request asks for a certain kind of answer. */
  answer?: Partial<Answer>;
}

type Row = readonly [what: string, holds: string, saying: Saying, answer?: Partial<Answer>];

export const ask = 'What is the weather in Oslo?';
const parameters = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Its name' } },
  required: ['city'],
};
const chatTool = (name: string) => ({ type: 'function', function: { name, description: 'Tells it.', parameters } });
const responsesTool = (name: string) => ({ type: 'function', name, description: 'Tells it.', parameters });
const messagesTool = (name: string) => ({ name, description: 'Tells it.', input_schema: parameters });
const names = ['weather', 'tide'];

const gif = 'R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=';
const pdf = 'JVBERi0xLjQ=';
const picture = 'https://pictures.example/a.png';

/** Two calls side by side and their results, which a dialect may tell in another order. */
export const calls = [
  { id: 'toolu_a', name: 'weather', city: 'Oslo', result: 'Rain' },
  { id: 'toolu_b', name: 'tide', city: 'Bergen', result: 'High' },
];
const json = (city: string) => JSON.stringify({ city });
export const chatCalls = calls.map(({ id, name, city }) => ({
  id,
  type: 'function',
  function: { name, arguments: json(city) },
}));
export const responsesCalls = calls.map(({ id, name, city }) => ({
  type: 'function_call',
  call_id: id,
  name,
  arguments: json(city),
}));
export const messagesCalls = calls.map(({ id, name, city }) => ({ type: 'tool_use', id, name, input: { city } }));

export const offered = {
  chat: { tools: names.map(chatTool) },
  responses: { tools: names.map(responsesTool) },
  messages: { tools: names.map(messagesTool) },
};
export const asked = {
  chat: { messages: [{ role: 'user', content: ask }] },
  responses: { input: ask },
  messages: { messages: [{ role: 'user', content: ask }] },
};
export const aCall: Partial<Answer> = {
  toolUses: [{ id: 'toolu_c', name: 'mcp__client__weather', input: { city: 'Oslo' } }],
};
export const directCall: Partial<Answer> = { toolUses: [{ id: 'toolu_c', name: 'weather', input: { city: 'Oslo' } }] };

/** What each dialect adds to the plain question. */
const question = (chat: object, responses: object, messages: object): Saying => ({
  chat: { ...asked.chat, ...chat },
  responses: { ...asked.responses, ...responses },
  messages: { ...asked.messages, ...messages },
});
const withTools = (chat: object, responses: object, messages: object): Saying =>
  question({ ...offered.chat, ...chat }, { ...offered.responses, ...responses }, { ...offered.messages, ...messages });

const form = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const effort = (level: string): Saying =>
  question(
    { reasoning_effort: level },
    { reasoning: { effort: level } },
    // By itself an effort is no wish to think in this dialect.
    { thinking: { type: 'adaptive' }, output_config: { effort: level } },
  );

const rows: readonly Row[] = [
  ['a question', 'What is the weather in Oslo?', question({}, {}, {})],
  [
    'several turns, with system prompts',
    'Grüße 👋\u2028',
    {
      chat: {
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'One' },
              { type: 'text', text: '/two' },
            ],
          },
          { role: 'assistant', content: 'Well?' },
          { role: 'user', content: 'Grüße 👋\u2028' },
        ],
      },
      responses: {
        instructions: 'Be brief.',
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'One' },
              { type: 'input_text', text: '/two' },
            ],
          },
          { role: 'assistant', content: 'Well?' },
          { role: 'user', content: 'Grüße 👋\u2028' },
        ],
      },
      messages: {
        system: 'Be brief.',
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'One' },
              { type: 'text', text: '/two' },
            ],
          },
          { role: 'assistant', content: 'Well?' },
          { role: 'user', content: 'Grüße 👋\u2028' },
        ],
      },
    },
  ],
  [
    'images and a document',
    '"title":"a.pdf"',
    {
      chat: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image_url', image_url: { url: `data:image/gif;base64,${gif}` } },
              { type: 'text', text: 'Compare.' },
              { type: 'image_url', image_url: { url: picture } },
              { type: 'file', file: { file_data: `data:application/pdf;base64,${pdf}`, filename: 'a.pdf' } },
            ],
          },
        ],
      },
      responses: {
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_image', image_url: `data:image/gif;base64,${gif}` },
              { type: 'input_text', text: 'Compare.' },
              { type: 'input_image', image_url: picture },
              { type: 'input_file', file_data: `data:application/pdf;base64,${pdf}`, filename: 'a.pdf' },
            ],
          },
        ],
      },
      messages: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: gif } },
              { type: 'text', text: 'Compare.' },
              { type: 'image', source: { type: 'url', url: picture } },
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: pdf },
                title: 'a.pdf',
              },
            ],
          },
        ],
      },
    },
  ],
  [
    'parallel calls and their results',
    '"tool_use_id":"toolu_b"',
    {
      chat: {
        ...offered.chat,
        messages: [
          ...asked.chat.messages,
          { role: 'assistant', content: 'I look.', tool_calls: chatCalls },
          ...calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: result })),
          { role: 'user', content: 'And?' },
        ],
      },
      responses: {
        ...offered.responses,
        input: [
          { role: 'user', content: ask },
          { role: 'assistant', content: 'I look.' },
          ...responsesCalls,
          ...calls.map(({ id, result }) => ({ type: 'function_call_output', call_id: id, output: result })),
          { role: 'user', content: 'And?' },
        ],
      },
      messages: {
        ...offered.messages,
        messages: [
          ...asked.messages.messages,
          { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, ...messagesCalls] },
          {
            role: 'user',
            content: [
              ...calls.map(({ id, result }) => ({ type: 'tool_result', tool_use_id: id, content: result })),
              { type: 'text', text: 'And?' },
            ],
          },
        ],
      },
    },
  ],
  [
    'results that hold an image, and nothing',
    '"media_type":"image/gif"',
    {
      chat: {
        ...offered.chat,
        messages: [
          ...asked.chat.messages,
          { role: 'assistant', content: null, tool_calls: chatCalls },
          {
            role: 'tool',
            tool_call_id: 'toolu_a',
            content: [
              { type: 'text', text: 'See' },
              { type: 'image_url', image_url: { url: `data:image/gif;base64,${gif}` } },
            ],
          },
          { role: 'tool', tool_call_id: 'toolu_b', content: '' },
        ],
      },
      responses: {
        ...offered.responses,
        input: [
          { role: 'user', content: ask },
          ...responsesCalls,
          {
            type: 'function_call_output',
            call_id: 'toolu_a',
            output: [
              { type: 'input_text', text: 'See' },
              { type: 'input_image', image_url: `data:image/gif;base64,${gif}` },
            ],
          },
          { type: 'function_call_output', call_id: 'toolu_b', output: '' },
        ],
      },
      messages: {
        ...offered.messages,
        messages: [
          ...asked.messages.messages,
          { role: 'assistant', content: messagesCalls },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_a',
                content: [
                  { type: 'text', text: 'See' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: gif } },
                ],
              },
              { type: 'tool_result', tool_use_id: 'toolu_b', content: '' },
            ],
          },
        ],
      },
    },
  ],
  [
    'signed thinking before a call, which chats have no place for',
    '"signature":"c2lnbmVk"',
    {
      responses: {
        ...offered.responses,
        input: [
          { role: 'user', content: ask },
          {
            type: 'reasoning',
            summary: [],
            encrypted_content: sealThought({
              model,
              block: { type: 'thinking', thinking: 'I should look.', signature: 'c2lnbmVk' },
            }),
          },
          ...responsesCalls.slice(0, 1),
          { type: 'function_call_output', call_id: 'toolu_a', output: 'Rain' },
        ],
        reasoning: { effort: 'low' },
      },
      messages: {
        ...offered.messages,
        messages: [
          ...asked.messages.messages,
          {
            role: 'assistant',
            content: [
              { type: 'thinking', thinking: 'I should look.', signature: 'c2lnbmVk' },
              ...messagesCalls.slice(0, 1),
            ],
          },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_a', content: 'Rain' }] },
        ],
        thinking: { type: 'adaptive' },
        output_config: { effort: 'low' },
      },
    },
  ],
  ['tools that may be called', '"description":"Tells it."', withTools({}, {}, {})],
  [
    'tools that may not be called',
    'What is the weather in Oslo?',
    withTools({ tool_choice: 'none' }, { tool_choice: 'none' }, { tool_choice: { type: 'none' } }),
  ],
  [
    'a call that must come, alone',
    '"disable_parallel_tool_use":true',
    withTools(
      { tool_choice: 'required', parallel_tool_calls: false },
      { tool_choice: 'required', parallel_tool_calls: false },
      { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
    ),
    aCall,
  ],
  [
    'a call of one tool',
    '"tool_choice":{"type":"tool"',
    withTools(
      { tool_choice: { type: 'function', function: { name: 'weather' } } },
      { tool_choice: { type: 'function', name: 'weather' } },
      { tool_choice: { type: 'tool', name: 'weather' } },
    ),
    aCall,
  ],
  [
    'an answer of a certain form',
    '"name":"StructuredOutput"',
    question(
      { response_format: { type: 'json_schema', json_schema: { name: 'city', schema: form } } },
      { text: { format: { type: 'json_schema', name: 'city', schema: form } } },
      { output_config: { format: { type: 'json_schema', schema: form } } },
    ),
    { toolUses: [{ id: 'toolu_c', name: 'StructuredOutput', input: { city: 'Oslo' } }] },
  ],
  [
    'stop sequences, which responses have not',
    '"stop_sequences":["END","\\n\\nQ:"]',
    {
      chat: { ...asked.chat, stop: ['END', '\n\nQ:'] },
      messages: { ...asked.messages, stop_sequences: ['END', '\n\nQ:'] },
    },
  ],
  [
    'a small bound',
    '"max_tokens":17',
    question({ max_completion_tokens: 17 }, { max_output_tokens: 17 }, { max_tokens: 17 }),
  ],
  ['a low effort', '"thinking":', effort('low')],
  ['a high effort', '"thinking":', effort('high')],
  [
    'no thinking',
    '"max_tokens":3000',
    question({ reasoning_effort: 'none' }, { reasoning: { effort: 'none' } }, { thinking: { type: 'disabled' } }),
  ],
];

export const cases: readonly Case[] = rows.map(([what, holds, saying, answer]) => ({
  what,
  saying,
  holds,
  ...(answer !== undefined && { answer }),
}));
