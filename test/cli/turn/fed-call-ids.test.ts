import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/core/conversation.ts';
import { fedCallIds } from '../../../src/cli/turn/fed-call-ids.ts';

const calling = (...ids: string[]): Message => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })),
});
const fed = (...ids: string[]) => ids.map(fedCallIds(ids.map((id) => calling(id))));

describe('fedCallIds', () => {
  it.each([[['toolu_A', 'toolu_A_0']], [['k_1', 'k']], [['call_1', 'call_1_1']], [['a', 'a_1_2']]])(
    'leaves none of %j that could be taken for a copy of another',
    (ids) => {
      const [one = '', other = ''] = fed(...ids);
      expect(one.startsWith(other) ? one.slice(other.length) : other.slice(one.length)).not.toMatch(/^(_\d+)+$/);
    },
  );

  it('sees calls of one answer and of several alike', () => {
    expect(['k', 'k_1'].map(fedCallIds([calling('k', 'k_1')]))).toEqual(fed('k', 'k_1'));
  });

  it('keeps different ids apart, whatever they are', () => {
    const ids = ['a', 'a_1', 'a_1x', 'a_1xx', 'a_2', 'a_1_1', 'a_1_1x'];
    expect(new Set(fed(...ids)).size).toBe(ids.length);
  });

  it('leaves other ids as they are', () => {
    const ids = ['call_1', 'call_2', 'toolu_01AbC', 'call-1', 'call_7_again5', 'call_7_again6'];
    expect(fed(...ids)).toEqual(ids);
  });
});
