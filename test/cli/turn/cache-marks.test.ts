import { describe, expect, it } from 'vitest';
import { withCacheMarks, type CacheMark } from '../../../src/cli/turn/cache-marks.ts';

const plan: CacheMark = { type: 'ephemeral', ttl: '1h' };
const key: CacheMark = { type: 'ephemeral' };
const hour = { type: 'ephemeral', ttl: '1h' };
const minutes = { type: 'ephemeral' };

interface Block {
  type: string;
  text?: string;
  cache_control?: object;
  content?: Block[];
}

const text = (words: string, mark?: object): Block => ({
  type: 'text',
  text: words,
  ...(mark && { cache_control: mark }),
});
const result = (content: Block[], mark?: object): Block => ({
  type: 'tool_result',
  content,
  ...(mark && { cache_control: mark }),
});
const thought = { type: 'thinking', thinking: 'hm', signature: 's' };
const clock = (mark?: object) => ({ name: 'clock', ...(mark && { cache_control: mark }) });

interface Marked {
  mark?: CacheMark;
  taken?: number;
  end?: { type: string; ttl?: string };
  tools?: object[];
}

/** The marks of the tools and of the blocks of one message, in order; those within a result come before its own. */
function marksOf(content: Block[], { mark = plan, taken = 2, end, tools = [] }: Marked = {}) {
  const body = withCacheMarks({ tools, messages: [{ content }] }, { mark, taken, ...(end && { end }) });
  const marks = (blocks: readonly object[]): unknown[] =>
    (blocks as Block[]).flatMap((block) => [...marks(block.content ?? []), block.cache_control]);
  return [marks(body.tools), marks(body.messages.flatMap((message) => message.content))];
}

describe('withCacheMarks', () => {
  it.each([
    ['the last block', [text('a'), text('b')], [undefined, plan]],
    ['the last block that may be marked', [text('a'), text(''), thought], [plan, undefined, undefined]],
  ])('marks %s of the last message where the client marks none', (_what, content, expected) => {
    expect(marksOf(content)).toEqual([[], expected]);
  });

  it('marks nothing where there is nothing to mark', () => {
    expect(withCacheMarks({ messages: [] }, { mark: plan, taken: 2 })).toEqual({ messages: [] });
    expect(marksOf([thought])).toEqual([[], [undefined]]);
  });

  it('keeps the marks of the client, and adds none', () => {
    expect(marksOf([text('a', minutes), text('b')])).toEqual([[], [minutes, undefined]]);
    expect(marksOf([result([text('a', minutes)]), text('b')])).toEqual([[], [minutes, undefined, undefined]]);
  });

  it('takes the client’s mark of the whole for one at the end, unless there is one', () => {
    expect(marksOf([text('a', hour), text('b')], { end: minutes })).toEqual([[], [hour, minutes]]);
    expect(marksOf([text('a'), text('b', hour)], { end: minutes })).toEqual([[], [undefined, hour]]);
  });

  it('lets those last an hour that come before the CLI’s, where those do', () => {
    expect(marksOf([text('a')], { tools: [clock(minutes)] })).toEqual([[hour], [plan]]);
    expect(marksOf([text('a')], { tools: [clock(minutes)], mark: key })).toEqual([[minutes], [key]]);
    expect(marksOf([text('a')], { tools: [clock(hour)], mark: key })).toEqual([[hour], [key]]);
  });

  it('lets none last longer that come after the CLI’s', () => {
    expect(marksOf([text('a', hour), text('b', minutes)], { mark: key })).toEqual([
      [],
      [{ type: 'ephemeral', ttl: '5m' }, minutes],
    ]);
    expect(marksOf([text('a')], { mark: key, end: hour })).toEqual([[], [{ type: 'ephemeral', ttl: '5m' }]]);
  });

  it.each([
    [2, [undefined, undefined], [undefined, minutes, minutes]],
    [1, [undefined, undefined], [hour, minutes, minutes]],
  ])('leaves out the first marks beyond four, of which the CLI takes %i', (taken, tools, expected) => {
    const content = [result([text('a', hour)], minutes), text('b', minutes)];
    expect(marksOf(content, { taken, tools: [clock(minutes), clock(minutes)] })).toEqual([tools, expected]);
  });

  it('leaves the mark at the end where the client marks more tools than there is room for', () => {
    expect(marksOf([text('a')], { tools: [clock(minutes), clock(minutes)] })).toEqual([[undefined, hour], [plan]]);
  });
});
