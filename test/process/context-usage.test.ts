import { describe, expect, it } from 'vitest';
import { parseContextUsage } from '../../src/process/context-usage.ts';

describe('parseContextUsage', () => {
  it('reads the window and what of it is used, and leaves out the rest', () => {
    const usage = { totalTokens: 12, maxTokens: 200_000, categories: [{ name: 'Messages', tokens: 12 }] };
    expect(parseContextUsage({ ...usage, memoryFiles: [] })).toEqual(usage);
    expect(parseContextUsage({ maxTokens: 200_000 })).toEqual({ maxTokens: 200_000 });
  });

  it.each([undefined, null, {}, { maxTokens: 0 }, { maxTokens: '200000' }, { totalTokens: 1 }])(
    'gives nothing for %j',
    (response) => {
      expect(parseContextUsage(response)).toBeUndefined();
    },
  );
});
