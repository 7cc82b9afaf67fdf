import type { EarlierCalls } from '../../core/earlier-calls.ts';
import { fromChatMessages } from './messages.ts';
import { listIgnored } from '../openai-shared/ignored-params.ts';
import { invalidRequest } from '../openai-shared/invalid-request.ts';
import { withTools } from '../openai-shared/tool-selection.ts';
import { toSampling } from '../openai-shared/sampling.ts';
import { parseChatBody, understoodFields, type ChatBody } from './request-schema.ts';
import { toThinking, unhonouredReasoning } from './reasoning.ts';
import { toOutputFormat } from './response-format.ts';
import { fromChatTools } from './tools.ts';
import type { ChatRequest } from './types.ts';
import { checkedFields, refuseUnsupported } from './unsupported-params.ts';

export interface ChatRequestPolicy {
  /** The model of a request that names none. */
  defaultModel: string;
  /** What to do with parameters that cannot be honoured but do not change what the answer means. */
  unsupportedParams: 'ignore' | 'reject';
  /** How many answers one request may ask for. */
  maxChoices: number;
}

const servedFields = new Set([...understoodFields, ...checkedFields]);

/**
 * Translates the parsed JSON body of `POST /v1/chat/completions`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`
 * with the field at fault, and nothing else, whatever the body is.
 */
export function fromChatRequest(body: unknown, policy: ChatRequestPolicy, earlier?: EarlierCalls): ChatRequest {
  const parsed = parseChatBody(body);
  const fields = body as Readonly<Record<string, unknown>>;
  refuseUnsupported(fields);
  const { conversation, ignored } = fromChatMessages(parsed.messages, earlier);
  const { tools, apiTools, legacyFunctions, ...usage } = fromChatTools(parsed);
  const output = toOutputFormat(parsed.response_format);
  return {
    conversation: withTools(conversation, { tools, apiTools }),
    model: parsed.model ?? policy.defaultModel,
    options: {
      ...limitsOf(parsed),
      ...toThinking(parsed),
      ...toSampling(parsed),
      ...(tools.length + apiTools.length > 0 && usage),
      ...(apiTools.length > 0 && { continuesPaused: true }),
      ...(output !== undefined && { output }),
      ...stopsOf(parsed),
    },
    choices: choicesOf(parsed, policy),
    legacyFunctions,
    stream: parsed.stream ?? false,
    cache: parsed.cache,
    includeUsage: parsed.stream_options?.include_usage ?? false,
    ignored: listIgnored(fields, servedFields, [...ignored, ...unhonouredReasoning(parsed)], policy.unsupportedParams),
  };
}

function stopsOf({ stop }: ChatBody): { stopSequences?: string[] } {
  const stopSequences = stop?.filter((sequence) => sequence !== '') ?? [];
  return stopSequences.length > 0 ? { stopSequences } : {};
}

function choicesOf({ n }: ChatBody, { maxChoices }: ChatRequestPolicy): number {
  const choices = n ?? 1;
  if (choices > maxChoices) throw invalidRequest('n', `must be at most ${maxChoices} (limits.max_choices).`);
  return choices;
}

/** `max_tokens` is the older name: where both are given, clients mean the newer one. */
function limitsOf(body: ChatBody): Pick<ChatRequest['options'], 'maxTokens'> {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return maxTokens == null ? {} : { maxTokens };
}
