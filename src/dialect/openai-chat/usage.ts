import type { Usage } from '../../core/turn-event.ts';
import type { ChatUsage } from './types.ts';

/** OpenAI counts the whole prompt, whatever the cache did; the Messages API counts its three shares apart. */
export function toChatUsage(usage: Usage): ChatUsage {
  const promptTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: promptTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens },
    completion_tokens_details: { reasoning_tokens: usage.thinkingTokens },
  };
}
