import { z } from 'zod';
import { urlCitationFields } from '../openai-shared/url-citations.ts';

const count = z.int().nonnegative();

export const finishReason = z.enum(['stop', 'length', 'tool_calls', 'function_call', 'content_filter']);

export const chatUsage = z.object({
  prompt_tokens: count.describe('The whole prompt, cache reads and writes included.'),
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }),
  completion_tokens_details: z.object({ reasoning_tokens: count }),
});

export const functionCall = z.object({ name: z.string(), arguments: z.string().describe('A JSON object.') });

export const toolCall = z.object({ id: z.string(), type: z.literal('function'), function: functionCall });

export const annotation = z.object({ type: z.literal('url_citation'), url_citation: z.object(urlCitationFields) });

const functionPiece = z.object({
  name: z.string().exactOptional(),
  arguments: z.string().exactOptional(),
});

const toolCallDelta = z
  .object({
    index: count,
    id: z.string().exactOptional(),
    type: z.literal('function').exactOptional(),
    function: functionPiece,
  })
  .describe('The first delta of a call has everything but arguments, the others only pieces of them.');

export const chatDelta = z.object({
  role: z.literal('assistant').exactOptional(),
  content: z.string().exactOptional(),
  refusal: z.string().exactOptional(),
  reasoning_content: z.string().exactOptional(),
  reasoning: z
    .string()
    .exactOptional()
    .describe('The same as reasoning_content, under the name that other clients read.'),
  tool_calls: z.tuple([toolCallDelta]).exactOptional(),
  function_call: functionPiece.exactOptional(),
  annotations: z.array(annotation).exactOptional().describe('All of the answer, in one delta after its text.'),
});

const created = count.describe('Seconds since the epoch.');
const model = z.string().describe('The model that served the request.');

export const chatChunk = z.object({
  id: z.string(),
  object: z.literal('chat.completion.chunk'),
  created,
  model,
  choices: z
    .array(z.object({ index: count, delta: chatDelta, finish_reason: finishReason.nullable() }))
    .describe('Empty in the usage chunk only.'),
  usage: chatUsage.exactOptional(),
});

export const chatAnswer = z.object({
  role: z.literal('assistant'),
  content: z.string().nullable().describe('Null where there is none beside calls or a refusal.'),
  refusal: z.string().nullable(),
  reasoning_content: z.string().exactOptional(),
  reasoning: z
    .string()
    .exactOptional()
    .describe('The same as reasoning_content, under the name that other clients read.'),
  tool_calls: z.array(toolCall).exactOptional(),
  function_call: functionCall.exactOptional(),
  annotations: z.array(annotation).exactOptional().describe('The sources of what the web search found.'),
});

export const chatChoice = z.object({
  index: count,
  message: chatAnswer,
  logprobs: z.null(),
  finish_reason: finishReason,
});

export const chatCompletion = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created,
  model,
  choices: z.array(chatChoice),
  usage: chatUsage,
});

export const textChoice = z.object({
  text: z.string(),
  index: count,
  logprobs: z.null(),
  finish_reason: finishReason.nullable(),
});

export const textCompletion = z.object({
  id: z.string(),
  object: z.literal('text_completion'),
  created,
  model,
  choices: z.array(textChoice),
  usage: chatUsage.exactOptional(),
});
