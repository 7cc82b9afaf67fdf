import type { Usage } from '../../core/turn-event.ts';
import type { WireUsage } from './types.ts';

export function toWireUsage(usage: Usage): WireUsage {
  return {
    ...usage.extra,
    input_tokens: usage.inputTokens,
    cache_creation_input_tokens: usage.cacheCreationTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
    ...(usage.thinkingTokens > 0 && { output_tokens_details: { thinking_tokens: usage.thinkingTokens } }),
  };
}
