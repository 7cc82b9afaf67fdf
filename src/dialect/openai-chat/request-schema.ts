import { z } from 'zod';
import { cacheFields } from '../openai-shared/cache-fields.ts';
import { flag } from '../openai-shared/function-schema.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { reasoningEffort } from '../openai-shared/reasoning-effort.ts';
import { samplingFields } from '../openai-shared/sampling.ts';
import { expected, expectedKind } from '../openai-shared/schema-errors.ts';
import { nestedLocation, searchContextSize } from '../openai-shared/web-search.ts';
import { answerContent, resultContent, systemContent, userContent } from './content-schema.ts';
import { reasoning } from './reasoning.ts';
import { responseFormat } from './response-format.ts';
import { functionCall as functionCallChoice, functions, toolChoice, tools } from './tool-schema.ts';

const identifier = z.string({ error: expected('a string') }).min(1, { error: 'must not be empty.' });

const functionCall = z.object(
  { name: identifier, arguments: z.string({ error: expected('a string that contains a JSON object') }) },
  { error: expected('an object with name and arguments') },
);

const toolCall = z.object(
  {
    id: identifier,
    type: z.literal('function', { error: 'must be function: other kinds of tool call are not supported.' }).optional(),
    function: functionCall,
  },
  { error: expected('an object with id and function') },
);

const system = z.object({
  role: z.enum(['system', 'developer']),
  content: systemContent,
  name: z.unknown().optional(),
});

const user = z.object({ role: z.literal('user'), content: userContent, name: z.unknown().optional() });

// Clients send answers back with everything they got (refusal, annotations, reasoning, ...): other fields are dropped.
const assistant = z.object({
  role: z.literal('assistant'),
  content: answerContent.nullish(),
  tool_calls: z.array(toolCall, { error: expected('a list of tool calls') }).nullish(),
  function_call: functionCall.nullish(),
});

const tool = z.object({ role: z.literal('tool'), content: resultContent, tool_call_id: identifier });

const functionResult = z.object({ role: z.literal('function'), content: resultContent.nullable() });

const message = z.discriminatedUnion('role', [system, user, assistant, tool, functionResult], {
  error: expectedKind('an object with a role', 'system', 'developer', 'user', 'assistant', 'tool', 'function'),
});

export const tokenLimit = z
  .int({ error: expected('a positive integer') })
  .positive({ error: 'must be a positive integer.' });

const maxStops = 4;
const stopText = z.string({ error: expected('a string') });
const stopTexts = z
  .array(stopText, { error: expected('a string or a list of strings') })
  .max(maxStops, { error: `must contain at most ${maxStops} stop sequences.` });
export const stopSequences = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), stopTexts)
  .meta({ wire: z.union([stopText, stopTexts]) });

export const choiceCount = z
  .int({ error: expected('a positive integer') })
  .positive({ error: 'must be a positive integer.' });

export const modelName = identifier.max(256, { error: 'must be at most 256 characters long.' });

export const chatBody = z.object({
  model: modelName.nullish(),
  messages: z
    .array(message, { error: expected('a list of messages') })
    .min(1, { error: 'must contain at least one message.' }),
  max_tokens: tokenLimit.nullish(),
  max_completion_tokens: tokenLimit.nullish(),
  stream: flag.nullish(),
  stream_options: z.object({ include_usage: flag.nullish() }, { error: expected('an object') }).nullish(),
  reasoning_effort: reasoningEffort.nullish(),
  reasoning: reasoning.nullish(),
  tools: tools.nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: flag.nullish(),
  functions: functions.nullish(),
  function_call: functionCallChoice.nullish(),
  response_format: responseFormat.nullish(),
  web_search_options: z
    .object(
      { search_context_size: searchContextSize.nullish(), user_location: nestedLocation.nullish() },
      { error: expected('an object') },
    )
    .nullish(),
  stop: stopSequences.nullish(),
  n: choiceCount.nullish(),
  ...samplingFields,
  cache: cacheFields.nullish(),
});

export type ChatBody = z.infer<typeof chatBody>;
export type ChatMessage = ChatBody['messages'][number];
export type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;

/** The top-level fields that the harness acts upon. */
export const understoodFields: ReadonlySet<string> = new Set(Object.keys(chatBody.shape));

/** Checks a request's shape; throws `INVALID_REQUEST` with the first field that is wrong. */
export function parseChatBody(body: unknown): ChatBody {
  const parsed = chatBody.safeParse(body);
  if (parsed.success) return parsed.data;
  throw toRequestError(parsed.error.issues[0], 'The request body must be a JSON object with model and messages.');
}
