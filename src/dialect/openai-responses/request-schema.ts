import { z } from 'zod';
import { cacheFields } from '../openai-shared/cache-fields.ts';
import { flag, text } from '../openai-shared/function-schema.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { metadata } from '../openai-shared/metadata.ts';
import { reasoningEffort } from '../openai-shared/reasoning-effort.ts';
import { samplingFields } from '../openai-shared/sampling.ts';
import { expected } from '../openai-shared/schema-errors.ts';
import { inputItem } from './item-schema.ts';
import { textFormat } from './text-format.ts';
import { toolChoice, tools } from './tool-schema.ts';

const identifier = text.min(1, { error: 'must not be empty.' });

const summaries = ['auto', 'concise', 'detailed'] as const;
const summary = z.enum(summaries, { error: `must be one of ${summaries.join(', ')}.` }).nullish();

const items = z.array(inputItem, { error: expected('a string or a list of items') });
const input = z
  .preprocess(
    (value) => (typeof value === 'string' ? [{ type: 'message', role: 'user', content: value }] : value),
    items,
  )
  .meta({ wire: z.union([z.string(), items]) });

export const responsesBody = z.object({
  model: identifier.max(256, { error: 'must be at most 256 characters long.' }).nullish(),
  input,
  instructions: text.nullish(),
  tools: tools.nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: flag.nullish(),
  text: z.looseObject({ format: textFormat.nullish() }, { error: expected('an object') }).nullish(),
  reasoning: z
    .looseObject(
      {
        effort: reasoningEffort.nullish(),
        summary,
        generate_summary: summary,
      },
      { error: expected('an object') },
    )
    .nullish(),
  max_output_tokens: z
    .int({ error: expected('a positive integer') })
    .positive({ error: 'must be a positive integer.' })
    .nullish(),
  ...samplingFields,
  metadata: metadata.nullish(),
  stream: flag.nullish(),
  background: flag.nullish(),
  store: flag.nullish(),
  previous_response_id: identifier.nullish(),
  cache: cacheFields.nullish(),
  include: z.array(text, { error: expected('a list of strings') }).nullish(),
});

export type ResponsesBody = z.infer<typeof responsesBody>;

/** The top-level fields that the harness acts upon. */
export const understoodFields: ReadonlySet<string> = new Set(Object.keys(responsesBody.shape));

/** Checks a request's shape; throws `INVALID_REQUEST` with the first field that is wrong. */
export function parseResponsesBody(value: unknown): ResponsesBody {
  const parsed = responsesBody.safeParse(value);
  if (parsed.success) return parsed.data;
  throw toRequestError(parsed.error.issues[0], 'The request body must be a JSON object with model and input.');
}
