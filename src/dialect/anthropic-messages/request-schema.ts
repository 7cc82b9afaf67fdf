import { z } from 'zod';
import { HarnessError } from '../../core/errors.ts';
import { assistantContent, systemContent, userContent } from './content-schema.ts';
import { invalidRequest, toField } from '../anthropic-shared/invalid-request.ts';
import { cacheFields } from './cache-fields.ts';
import { outputFields } from './output-format.ts';
import { samplingFields } from './sampling.ts';
import { cacheControl, expected, expectedType, flag, text } from '../anthropic-shared/schema-errors.ts';
import { thinking } from './thinking.ts';
import { toolChoice, tools } from './tool-schema.ts';

const message = z.discriminatedUnion(
  'role',
  [
    z.object({ role: z.literal('user'), content: userContent }),
    z.object({ role: z.literal('assistant'), content: assistantContent }),
    z.object({ role: z.literal('system'), content: systemContent }),
  ],
  { error: expectedType(['user', 'assistant', 'system']) },
);

const maxNameLength = 256;

/** What a prompt consists of, which is all that counting needs. */
const promptFields = {
  model: text
    .min(1, { error: 'String should have at least 1 character' })
    .max(maxNameLength, { error: `String should have at most ${maxNameLength} characters` })
    .nullish(),
  messages: z.array(message, { error: expected('a valid list') }).min(1, { error: 'at least one message is required' }),
  system: systemContent.nullish(),
  thinking: thinking.nullish(),
  tools: tools.nullish(),
  tool_choice: toolChoice.nullish(),
  ...outputFields,
  cache_control: cacheControl,
};

export const messagesBody = z.object({
  ...promptFields,
  max_tokens: z
    .int({ error: expected('a valid integer') })
    .min(1, { error: 'Input should be greater than or equal to 1' }),
  stop_sequences: z
    .array(text.min(1, { error: 'String should have at least 1 character' }), { error: expected('a valid list') })
    .nullish(),
  stream: flag.nullish(),
  cache: cacheFields.nullish(),
  ...samplingFields,
});

/** A count request may have every field of the request that it counts: those that do not matter are ignored. */
export const countBody = z.object(promptFields);

type MessagesBody = z.infer<typeof messagesBody>;
export type CountBody = z.infer<typeof countBody>;
export type MessageParam = MessagesBody['messages'][number];

/** The top-level fields that the harness acts upon. */
export const understoodFields: ReadonlySet<string> = new Set(Object.keys(messagesBody.shape));

export function parseMessagesBody(body: unknown): MessagesBody {
  return parse(messagesBody, body);
}

export function parseCountBody(body: unknown): CountBody {
  return parse(countBody, body);
}

/** Throws `INVALID_REQUEST` with the first field that is wrong. */
function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue === undefined || issue.path.length === 0) {
    throw new HarnessError('INVALID_REQUEST', 'The request body must be a JSON object with model and messages.');
  }
  throw invalidRequest(toField(issue.path), issue.message);
}
