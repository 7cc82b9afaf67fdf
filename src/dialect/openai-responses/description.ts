import type { EndpointDescription } from '../../core/endpoint.ts';
import { openAiErrors } from '../openai-shared/error-description.ts';
import { wireEvent } from './event-schema.ts';
import { outputItem } from './output-schema.ts';
import { responsesBody } from './request-schema.ts';
import { wireResponse } from './response-schema.ts';

const examples = {
  text: {
    summary: 'A question',
    value: { model: 'sonnet', instructions: 'Answer in one sentence.', input: 'Why is the sky blue?' },
  },
  stream: {
    summary: 'Streamed, with a summary of its thinking',
    value: {
      model: 'sonnet',
      input: [{ role: 'user', content: 'How many primes are below 100?' }],
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      stream: true,
    },
  },
  background: { summary: 'In the background', value: { model: 'opus', input: 'Write an essay.', background: true } },
  result: {
    summary: "A function's result",
    value: {
      model: 'sonnet',
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'What is the weather in Oslo?' }] },
        { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Oslo"}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Rain, 8 degrees' },
      ],
      tools: [
        {
          type: 'function',
          name: 'weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      ],
      tool_choice: 'auto',
    },
  },
};

/** OpenAI's Responses API. */
export const responsesDescription: EndpointDescription = {
  id: 'createResponse',
  tag: 'OpenAI',
  summary: 'A response: streamed, whole or in the background',
  description:
    'Further fields of OpenAI’s are accepted, have no effect, and are named in `x-claude-harness-ignored`.\n\n' +
    'With `stream: true` each event has its type for a name; a failure is `response.failed` and an `error` event.',
  request: { name: 'ResponseRequest', schema: responsesBody },
  examples,
  answer: { name: 'Response', schema: wireResponse, description: 'The response.' },
  events: [{ name: 'ResponseEvent', schema: wireEvent }],
  parts: [{ name: 'ResponseItem', schema: outputItem }],
  errors: openAiErrors,
  continuesConversations: true,
  failures: { more: ['PREVIOUS_RESPONSE_NOT_FOUND'] },
};
