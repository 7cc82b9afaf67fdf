import type { Usage } from '../../core/turn-event.ts';
import type { ResponseUsage } from './types.ts';

/** OpenAI counts the whole prompt, whatever the cache did; the Messages API counts its three shares apart. */
export function toResponseUsage(usage: Usage): ResponseUsage {
  const inputTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheCreationTokens;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheCreationTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.thinkingTokens },
    total_tokens: inputTokens + usage.outputTokens,
  };
}
