import type { Usage } from '../../core/turn-event.ts';
import type { ChatUsage } from './types.ts';

/** OpenAI counts the whole prompt, whatever the cache did; the Messages API counts its three shares apart. */
export function toChatUsage(...usages: Usage[]): ChatUsage {
  const total = (count: (usage: Usage) => number): number => usages.reduce((sum, usage) => sum + count(usage), 0);
  const promptTokens = total((usage) => usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens);
  const completionTokens = total((usage) => usage.outputTokens);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: total((usage) => usage.cacheReadTokens) },
    completion_tokens_details: { reasoning_tokens: total((usage) => usage.thinkingTokens) },
  };
}
