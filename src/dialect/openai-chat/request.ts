import { fromChatMessages } from './messages.ts';
import { listIgnored } from './ignored-params.ts';
import { parseChatBody, type ChatBody } from './request-schema.ts';
import type { ChatRequest } from './types.ts';
import { refuseUnsupported } from './unsupported-params.ts';

export interface ChatRequestPolicy {
  /** What to do with parameters that cannot be honoured but do not change what the answer means. */
  unsupportedParams: 'ignore' | 'reject';
}

/**
 * Translates the parsed JSON body of `POST /v1/chat/completions`. Throws `INVALID_REQUEST` or `UNSUPPORTED_PARAMETER`
 * with the field at fault, and nothing else, whatever the body is.
 */
export function fromChatRequest(body: unknown, policy: ChatRequestPolicy): ChatRequest {
  const parsed = parseChatBody(body);
  const fields = body as Readonly<Record<string, unknown>>;
  refuseUnsupported(fields);
  const { conversation, ignored } = fromChatMessages(parsed.messages);
  return {
    conversation,
    model: parsed.model,
    ...limitsOf(parsed),
    stream: parsed.stream ?? false,
    includeUsage: parsed.stream_options?.include_usage ?? false,
    ignored: listIgnored(fields, ignored, policy.unsupportedParams),
  };
}

/** `max_tokens` is the older name: where both are given, clients mean the newer one. */
function limitsOf(body: ChatBody): Pick<ChatRequest, 'maxTokens' | 'effort'> {
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  const effort = body.reasoning_effort;
  return { ...(maxTokens != null && { maxTokens }), ...(effort != null && { effort }) };
}
