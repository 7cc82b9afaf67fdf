import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../src/core/session-event.ts';
import { fitPast } from '../../../src/feature/sessions/fit-past.ts';
import { pastOfEvents } from '../../../src/feature/sessions/past-of-events.ts';

const text = (words: string) => ({ type: 'text' as const, text: words });
const user = (words: string): object => ({ type: 'user.message', content: [text(words)] });
const says = (words: string): object => ({ type: 'agent.message', content: [text(words)] });
const call = (id: string, more: object = {}): object => ({
  ...{ type: 'agent.tool_use', id, name: 'bash', input: { command: id } },
  ...more,
});
const result = (id: string, more: object = {}): object => ({
  ...{ type: 'agent.tool_result', tool_use_id: id, content: [text(`of ${id}`)], is_error: false },
  ...more,
});

const past = (...events: object[]) => pastOfEvents(events as SessionEvent[]);

/** Messages in a word each: what is said, calls as `id()`, results as `=id`. */
const brief = (messages: ReturnType<typeof past>) =>
  messages.map(({ role, content }) => [role, ...content.map((block) => briefBlock({ ...block }))].join(' '));

function briefBlock(block: { [field: string]: unknown }): string {
  if (block['type'] === 'past_call') return `${String(block['callId'])}()`;
  if (block['type'] === 'tool_result')
    return `${block['is_error'] === true ? '!' : '='}${String(block['tool_use_id'])}`;
  return String(block['text']);
}

describe('the past of a session, from its events', () => {
  it.each<[what: string, events: object[], messages: string[]]>([
    ['nothing', [], []],
    ['takes turns', [user('a'), says('b'), user('c')], ['user a', 'assistant b', 'user c']],
    ['joins what one says in a row', [user('a'), user('b'), says('c'), says('d')], ['user a b', 'assistant c d']],
    [
      'has results behind their calls',
      [user('a'), call('x'), result('x'), says('b')],
      ['user a', 'assistant x()', 'user =x', 'assistant b'],
    ],
    [
      'has the results of calls at a time together, in their order',
      [user('a'), call('x'), call('y'), result('y'), result('x'), says('b')],
      ['user a', 'assistant x() y()', 'user =x =y', 'assistant b'],
    ],
    [
      'has a call that was told after the result of its neighbour apart',
      [user('a'), call('x'), result('x'), call('y'), result('y')],
      ['user a', 'assistant x()', 'user =x', 'assistant y()', 'user =y'],
    ],
    [
      'has an error for a call without a result',
      [user('a'), call('x'), user('b')],
      ['user a', 'assistant x()', 'user !x b'],
    ],
    ['has one at the end too', [user('a'), says('b'), call('x')], ['user a', 'assistant b x()', 'user !x']],
    [
      'has nothing of subagents',
      [
        user('a'),
        call('x'),
        call('y', { parent_tool_use_id: 'x' }),
        result('y', { parent_tool_use_id: 'x' }),
        result('x'),
      ],
      ['user a', 'assistant x()', 'user =x'],
    ],
    ['has no empty text', [user('a'), says(''), says('b')], ['user a', 'assistant b']],
  ])('%s', (_what, events, messages) => {
    expect(brief(past(...events))).toEqual(messages);
  });

  it('has tools of MCP servers and of the client, with what came of them', () => {
    const messages = past(
      user('a'),
      { type: 'agent.mcp_tool_use', id: 'm', mcp_server_name: 'db', name: 'query', input: { q: 1 } },
      { type: 'agent.custom_tool_use', id: 'c', name: 'lookup', input: {} },
      { type: 'agent.mcp_tool_result', mcp_tool_use_id: 'm', content: [text(''), text('rows')], is_error: true },
      { type: 'user.custom_tool_result', custom_tool_use_id: 'c' },
    );
    expect(messages.slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'past_call', callId: 'm', tool: { kind: 'mcp', server: 'db', name: 'query' }, input: { q: 1 } },
          { type: 'past_call', callId: 'c', tool: { kind: 'custom', name: 'lookup' }, input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'm', content: [text('rows')], is_error: true },
          { type: 'tool_result', tool_use_id: 'c', content: [] },
        ],
      },
    ]);
  });
});

describe('a past that is longer than a model has room for', () => {
  const long = past(
    user('one'),
    says('x'.repeat(500)),
    user('two'),
    call('y'),
    result('y'),
    user('three'),
    says('end'),
  );

  it('is whole where it fits', () => {
    expect(fitPast(long)).toBe(long);
  });

  it('begins with something that the user has said, and says that it is not all', () => {
    expect(brief([...fitPast(long, 700)])).toEqual([
      expect.stringMatching(/^user Earlier messages .* two$/),
      'assistant y()',
      'user =y three',
      'assistant end',
    ]);
  });

  it('has no result without its call', () => {
    expect(brief([...fitPast(long, 10)])).toEqual([expect.stringMatching(/^user Earlier .* three$/), 'assistant end']);
  });
});
