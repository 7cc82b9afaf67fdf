import type { Conversation } from '../../core/conversation.ts';
import type { EarlierCalls } from '../../core/earlier-calls.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import { furtherFields } from './further-fields.ts';
import { listIgnored } from './ignored-fields.ts';
import { fromMessages } from './messages.ts';
import { toOutputFormat } from './output-format.ts';
import { parseCountBody, parseMessagesBody, type CountBody } from './request-schema.ts';
import { fromSampling } from './sampling.ts';
import { fromThinking } from './thinking.ts';
import { fromTools } from './tools.ts';
import type { CountRequest, MessagesRequest } from './types.ts';

export interface MessagesRequestPolicy {
  /** The model of a request that names none. */
  defaultModel: string;
  /** What to do with fields that cannot be honoured but do not change what the answer means. */
  unsupportedParams: 'ignore' | 'reject';
}

/**
 * Translates the parsed JSON body of `POST /v1/messages`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER` with the
 * field at fault, and nothing else, whatever the body is.
 */
export function fromMessagesRequest(
  body: unknown,
  policy: MessagesRequestPolicy,
  earlier?: EarlierCalls,
): MessagesRequest {
  const parsed = parseMessagesBody(body);
  const { max_tokens: maxTokens, stop_sequences: stopSequences } = parsed;
  const fields = body as Readonly<Record<string, unknown>>;
  const { conversation, options } = fromPrompt(fields, parsed, earlier);
  return {
    conversation,
    model: parsed.model ?? policy.defaultModel,
    options: {
      ...options,
      maxTokens,
      ...fromSampling(parsed),
      ...(stopSequences != null && stopSequences.length > 0 && { stopSequences }),
    },
    stream: parsed.stream ?? false,
    cache: parsed.cache,
    ignored: listIgnored(fields, policy.unsupportedParams),
  };
}

/** Translates the parsed JSON body of `POST /v1/messages/count_tokens`; throws `INVALID_REQUEST`. */
export function fromCountRequest(
  body: unknown,
  { defaultModel }: Pick<MessagesRequestPolicy, 'defaultModel'>,
): CountRequest {
  const parsed = parseCountBody(body);
  return {
    model: parsed.model ?? defaultModel,
    ...fromPrompt(body as Readonly<Record<string, unknown>>, parsed),
  };
}

function fromPrompt(
  fields: Readonly<Record<string, unknown>>,
  body: CountBody,
  earlier?: EarlierCalls,
): { conversation: Conversation; options: Omit<TurnOptions, 'model'> } {
  const conversation = fromMessages(body.system ?? [], body.messages, earlier);
  const { tools, apiTools, options } = fromTools(body.tools ?? [], body.tool_choice);
  const extra = furtherFields(fields, body);
  const output = toOutputFormat(body);
  return {
    conversation: {
      ...conversation,
      ...(tools.length > 0 && { tools }),
      ...(apiTools.length > 0 && { apiTools }),
    },
    options: {
      ...fromThinking(body.thinking, body.output_config?.effort),
      ...(tools.length + apiTools.length > 0 && options),
      ...(output !== undefined && { output }),
      ...(extra !== undefined && { extra }),
    },
  };
}
