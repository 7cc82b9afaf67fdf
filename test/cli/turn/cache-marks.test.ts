import { expect, it } from 'vitest';
import { withCacheMark } from '../../../src/cli/turn/cache-marks.ts';

const mark = { type: 'ephemeral' } as const;
const text = (words: string) => ({ type: 'text', text: words });
const thought = { type: 'thinking', thinking: 'hm', signature: 's' };

it.each([
  ['the last block', [text('a'), text('b')], 1],
  ['the last block that may be marked', [text('a'), text(''), thought], 0],
])('withCacheMark marks %s of the last message', (_what, content, index) => {
  const messages = [{ content: [text('before')] }, { content }];
  const marked = content.map((block, at) => (at === index ? { ...block, cache_control: mark } : block));
  expect(withCacheMark(messages, mark)).toEqual([{ content: [text('before')] }, { content: marked }]);
});

it('withCacheMark marks nothing where there is nothing to mark', () => {
  expect(withCacheMark([], mark)).toEqual([]);
  expect(withCacheMark([{ content: [thought] }], mark)).toEqual([{ content: [thought] }]);
});
