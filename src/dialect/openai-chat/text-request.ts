import { z } from 'zod';
import type { CacheFields } from '../../core/cache.ts';
import type { Conversation } from '../../core/conversation.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { invalidRequest, toRequestError } from '../openai-shared/invalid-request.ts';
import { cacheFields } from '../openai-shared/cache-fields.ts';
import { flag } from '../openai-shared/function-schema.ts';
import { samplingFields, toSampling } from '../openai-shared/sampling.ts';
import { expected } from '../openai-shared/schema-errors.ts';
import type { ChatRequestPolicy } from './request.ts';
import { choiceCount, modelName, stopSequences, tokenLimit } from './request-schema.ts';

const prompts = z
  .array(z.string({ error: 'must be a string: prompts of tokens are not supported.' }), {
    error: expected('a string or a list of strings'),
  })
  .min(1, { error: 'must contain at least one prompt.' });
const prompt = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), prompts)
  .meta({ wire: z.union([z.string(), prompts]) });

const isOff = (value: unknown) => value === undefined || value === null || value === false || value === '';
const isOffOr = (harmless: number) => (value: unknown) => isOff(value) || value === harmless;
const notServed = (why: string, isHarmless: (value: unknown) => boolean) =>
  z.unknown().refine(isHarmless, { error: `is not supported: ${why}` });

export const textBody = z.object({
  model: modelName.nullish(),
  prompt,
  max_tokens: tokenLimit.nullish(),
  n: choiceCount.nullish(),
  stop: stopSequences.nullish(),
  ...samplingFields,
  stream: flag.nullish(),
  cache: cacheFields.nullish(),
  stream_options: z.object({ include_usage: flag.nullish() }, { error: expected('an object') }).nullish(),
  suffix: notServed('a chat model cannot insert text before a suffix.', isOff).optional(),
  echo: notServed('put the prompt before the answer yourself.', isOff).optional(),
  best_of: notServed('ask for n answers and choose yourself.', isOffOr(1)).optional(),
});

/** The top-level fields that the harness acts upon. */
export const understoodTextFields: ReadonlySet<string> = new Set(Object.keys(textBody.shape));

/** A request of the old text API: each prompt is one question. */
export interface TextRequest {
  model: string;
  /** One for each answer, in the order of their indexes. */
  conversations: Conversation[];
  options: Pick<TurnOptions, 'maxTokens' | 'sampling' | 'stopSequences'>;
  stream: boolean;
  includeUsage: boolean;
  cache: CacheFields | null | undefined;
  ignored: string[];
}

/** Translates the parsed JSON body of `POST /v1/completions`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`. */
export function fromTextRequest(body: unknown, policy: ChatRequestPolicy): TextRequest {
  const parsed = parse(body);
  const { max_tokens: maxTokens, stream, stream_options: streamOptions } = parsed;
  const stops = parsed.stop?.filter((stop) => stop !== '') ?? [];
  return {
    model: parsed.model ?? policy.defaultModel,
    conversations: conversationsOf(parsed, policy),
    options: {
      ...(maxTokens != null && { maxTokens }),
      ...toSampling(parsed),
      ...(stops.length > 0 && { stopSequences: stops }),
    },
    stream: stream ?? false,
    includeUsage: streamOptions?.include_usage ?? false,
    cache: parsed.cache,
    ignored: listIgnored(body as Record<string, unknown>, understoodTextFields, [], policy.unsupportedParams),
  };
}

function parse(body: unknown): z.infer<typeof textBody> {
  const parsed = textBody.safeParse(body);
  if (parsed.success) return parsed.data;
  throw toRequestError(parsed.error.issues[0], 'The request body must be a JSON object with model and prompt.');
}

function conversationsOf({ prompt: prompts, n }: z.infer<typeof textBody>, { maxChoices }: ChatRequestPolicy) {
  const choices = n ?? 1;
  const total = prompts.length * choices;
  if (total > maxChoices) {
    const problem = `asks for ${total} answers in total; at most ${maxChoices} are allowed (limits.max_choices).`;
    throw invalidRequest(choices > 1 ? 'n' : 'prompt', problem);
  }
  return prompts.flatMap((text, index) => {
    if (!/\S/.test(text)) throw invalidRequest(`prompt[${index}]`, 'is blank; it must contain something to answer.');
    const conversation: Conversation = { system: [], messages: [{ role: 'user', content: [{ type: 'text', text }] }] };
    return Array.from({ length: choices }, () => conversation);
  });
}
