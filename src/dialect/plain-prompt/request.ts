import { z } from 'zod';
import type { DialectSettings, TurnRequest } from '../../core/endpoint.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { toRequestError } from '../openai-shared/invalid-request.ts';
import { expected } from '../openai-shared/schema-errors.ts';

const words = z.string({ error: expected('a text') });

export const promptBody = z.object({
  prompt: words.regex(/\S/, { error: 'must contain something to answer.' }),
  context: words.nullish().describe('What the model should know before it reads the prompt.'),
  model: words.min(1, { error: 'must name a model.' }).nullish(),
  stream: z.boolean({ error: expected('true or false') }).nullish(),
});

const understood: ReadonlySet<string> = new Set(Object.keys(promptBody.shape));

/** Reads `{prompt, context, model}`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromPromptRequest(
  body: unknown,
  { defaultModel, unsupportedParams }: Pick<DialectSettings, 'defaultModel' | 'unsupportedParams'>,
): TurnRequest {
  const parsed = promptBody.safeParse(body);
  if (!parsed.success) {
    throw toRequestError(parsed.error.issues[0], 'The request body must be a JSON object with a prompt.');
  }
  const { prompt, context, model, stream } = parsed.data;
  const texts = [context ?? '', prompt].filter((text) => /\S/.test(text));
  return {
    model: model ?? defaultModel,
    conversations: [
      { system: [], messages: [{ role: 'user', content: texts.map((text) => ({ type: 'text', text })) }] },
    ],
    options: {},
    stream: stream ?? false,
    ignored: listIgnored(body as Record<string, unknown>, understood, [], unsupportedParams),
  };
}
