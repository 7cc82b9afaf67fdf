import type { EndpointDescription } from '../../core/endpoint.ts';
import { openAiErrors } from '../openai-shared/error-description.ts';
import { chatChunk, chatCompletion, chatUsage, textCompletion } from './answer-schema.ts';
import { chatBody } from './request-schema.ts';
import { textBody } from './text-request.ts';

const others =
  'Further fields of OpenAI’s are accepted, have no effect, and are named in `x-claude-harness-ignored`.\n\n' +
  'With `stream: true` each `data` is a chunk, and `[DONE]` comes last; a failure after the first chunk is an error in its place.';

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'The weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const question = { role: 'user', content: 'What is the weather in Oslo?' };

const chatExamples = {
  text: {
    summary: 'A question',
    value: {
      model: 'sonnet',
      messages: [
        { role: 'system', content: 'Answer in one sentence.' },
        { role: 'user', content: 'Why is the sky blue?' },
      ],
    },
  },
  stream: {
    summary: 'Streamed, with usage',
    value: {
      model: 'haiku',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 1000,
      stop: ['END'],
      reasoning_effort: 'low',
    },
  },
  tools: { summary: 'A tool that may be called', value: { model: 'sonnet', messages: [question], tools: [weather] } },
  result: {
    summary: "A tool's result",
    value: {
      model: 'sonnet',
      messages: [
        question,
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Rain, 8 degrees' },
      ],
      tools: [weather],
    },
  },
  image: {
    summary: 'An image',
    value: {
      model: 'sonnet',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=' } },
          ],
        },
      ],
    },
  },
  form: {
    summary: 'An answer that matches a schema',
    value: {
      model: 'sonnet',
      messages: [{ role: 'user', content: 'Name a city.' }],
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'city',
          schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
        },
      },
    },
  },
};

const textExamples = {
  prompt: { summary: 'A prompt', value: { model: 'haiku', prompt: 'Name a city.', max_tokens: 100 } },
  prompts: { summary: 'Several prompts', value: { model: 'haiku', prompt: ['Name a city.', 'Name a river.'] } },
};

const wholeText = { name: 'TextCompletion', schema: textCompletion };

/** OpenAI's chat completions. */
export const chatDescription: EndpointDescription = {
  id: 'createChatCompletion',
  tag: 'OpenAI',
  summary: 'Chat, streamed or whole',
  description: others,
  request: { name: 'ChatCompletionRequest', schema: chatBody },
  examples: chatExamples,
  answer: { name: 'ChatCompletion', schema: chatCompletion, description: 'The answer.' },
  events: [{ name: 'ChatCompletionChunk', schema: chatChunk }, openAiErrors.schema],
  parts: [{ name: 'ChatUsage', schema: chatUsage }],
  errors: openAiErrors,
  continuesConversations: true,
};

/** The text API that came before chats. */
export const textDescription: EndpointDescription = {
  id: 'createCompletion',
  tag: 'OpenAI',
  summary: 'The text API that came before chats',
  description: `Each prompt is a chat of one user message. ${others}`,
  request: { name: 'TextCompletionRequest', schema: textBody },
  examples: textExamples,
  answer: { ...wholeText, description: 'The answer.' },
  events: [wholeText, openAiErrors.schema],
  errors: openAiErrors,
  failures: { never: ['OUTPUT_INVALID'] },
};
