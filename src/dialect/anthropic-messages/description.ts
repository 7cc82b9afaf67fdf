import type { EndpointDescription, ErrorsDescription } from '../../core/endpoint.ts';
import { wireError, wireEvent, wireMessage } from './answer-schema.ts';
import { messagesBody } from './request-schema.ts';

const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const weather = {
  name: 'weather',
  description: 'The weather in a city.',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const examples = {
  text: {
    summary: 'A question',
    value: { model: 'sonnet', max_tokens: 1000, system: 'Answer in one sentence.', messages },
  },
  stream: {
    summary: 'Streamed, with thinking',
    value: {
      model: 'sonnet',
      max_tokens: 8000,
      messages,
      stream: true,
      thinking: { type: 'enabled', budget_tokens: 4000 },
      stop_sequences: ['END'],
    },
  },
  result: {
    summary: "A tool's result",
    value: {
      model: 'sonnet',
      max_tokens: 1000,
      messages: [
        { role: 'user', content: 'What is the weather in Oslo?' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Rain, 8 degrees' }] },
      ],
      tools: [weather],
      tool_choice: { type: 'auto' },
    },
  },
  document: {
    summary: 'A document, and an answer that matches a schema',
    value: {
      model: 'sonnet',
      max_tokens: 1000,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Oslo is in Norway.' } },
            { type: 'text', text: 'Which city is this about?' },
          ],
        },
      ],
      output_config: {
        format: {
          type: 'json_schema',
          schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    },
  },
};

/** Headers that every client of Anthropic's sends. */
export const versionHeaders: readonly object[] = [
  ['anthropic-version', 'Any is accepted, and may be missing.'],
  ['anthropic-beta', 'Any is accepted, and may be missing; sent on by the direct backend.'],
].map(([name, description]) => ({ name, in: 'header', schema: { type: 'string' }, description }));

/** Anthropic's envelope for whatever fails. */
export const messagesErrors: ErrorsDescription = {
  schema: { name: 'AnthropicError', schema: wireError },
  codeAt: ['error', 'details', 'error_code'],
};

/** Anthropic's Messages API. */
export const messagesDescription: EndpointDescription = {
  id: 'createMessage',
  tag: 'Anthropic',
  summary: 'A message, streamed or whole',
  description:
    'Further fields, tools and blocks of Anthropic’s are passed on as they are. What has no effect is named in ' +
    '`x-claude-harness-ignored`.\n\n' +
    'With `stream: true` the events are those of the API; a failure after the first one is an `error` event.',
  parameters: versionHeaders,
  request: { name: 'MessageRequest', schema: messagesBody },
  examples,
  answer: { name: 'Message', schema: wireMessage, description: 'The answer.' },
  events: [{ name: 'MessageEvent', schema: wireEvent }, messagesErrors.schema],
  errors: messagesErrors,
  continuesConversations: true,
};
