import { describe, expect, it } from 'vitest';
import { maxOutputTokens } from '../../src/messages-api/output-limits.ts';

describe('maxOutputTokens', () => {
  it.each([
    ['claude-3-5-haiku-20241022', 8192],
    ['claude-haiku-4-5-20251001', 64_000],
    ['claude-sonnet-4-5', 64_000],
    ['claude-opus-4-8[1m]', 128_000],
    ['claude-sonnet-5', 128_000],
    ['claude-opus-5-5', 128_000],
    ['claude-fable-5-2', 128_000],
  ])('knows the limit of %s', (name, tokens) => {
    expect(maxOutputTokens(name)).toBe(tokens);
  });

  it.each(['sonnet', 'claude-x', 'claude-opus-4-1', 'my-claude-sonnet-5', ''])('does not guess that of %j', (name) => {
    expect(maxOutputTokens(name)).toBeUndefined();
  });
});
