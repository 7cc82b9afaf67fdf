import { describe, expect, it } from 'vitest';
import type { AssistantMessage, Message, UserBlock, UserMessage } from '../../../src/core/conversation.ts';
import { toInputBatches } from '../../../src/cli/turn/feed.ts';

interface Line {
  type: 'user' | 'assistant' | 'control_request';
  message: { id?: string; role: string; model?: string; content: { type: string; text?: string }[] };
  shouldQuery?: boolean;
}

const user = (...content: (string | UserBlock)[]): UserMessage => ({
  role: 'user',
  content: content.map((block) => (typeof block === 'string' ? { type: 'text', text: block } : block)),
});
const assistant = (text: string): AssistantMessage => ({ role: 'assistant', content: [{ type: 'text', text }] });
const batchesOf = (messages: Message[], setup: object[] = []) =>
  toInputBatches(setup, { system: [], messages }, 'haiku') as Line[][];
const fedText = (...content: (string | UserBlock)[]) => batchesOf([user(...content)])[0]?.[0]?.message.content;

describe('toInputBatches', () => {
  it('sends the setup and the only message at once', () => {
    const setup = { type: 'control_request' };
    expect(batchesOf([user('Hello')], [setup])).toEqual([
      [setup, { type: 'user', message: { role: 'user', content: [{ type: 'text', text: 'Hello' }] } }],
    ]);
  });

  it('ends a batch at every user message, whose result has to be waited for', () => {
    const batches = batchesOf([user('a'), assistant('b'), user('c'), assistant('d'), user('e')]);
    expect(batches.map((batch) => batch.map(({ type }) => type))).toEqual([
      ['user'],
      ['assistant', 'user'],
      ['assistant', 'user'],
    ]);
  });

  it('lets only the last message start the turn', () => {
    const batches = batchesOf([user('a'), assistant('b'), user('c')]);
    expect(batches[0]?.[0]?.shouldQuery).toBe(false);
    expect(batches[1]?.[1]).not.toHaveProperty('shouldQuery');
  });

  it('starts no turn where the conversation is only to be counted', () => {
    const conversation = { system: [], messages: [user('a'), assistant('b'), user('c')] };
    const lines = toInputBatches([], conversation, 'haiku', { startsTurn: false }).flat() as Line[];
    expect(lines.map(({ shouldQuery }) => shouldQuery)).toEqual([false, undefined, false]);
  });

  it('begins with the setup also when the first message is the assistant’s', () => {
    const batches = batchesOf([assistant('a'), user('b')], [{ type: 'control_request' }]);
    expect(batches.map((batch) => batch.map(({ type }) => type))).toEqual([['control_request', 'assistant', 'user']]);
  });

  it('gives each earlier answer an id of its own and the session’s model', () => {
    const batches = batchesOf([user('a'), assistant('b'), user('c'), assistant('d'), user('e')]);
    const answers = batches.flat().filter(({ type }) => type === 'assistant');
    expect(new Set(answers.map(({ message }) => message.id)).size).toBe(2);
    expect(answers.map(({ message }) => message.model)).toEqual(['haiku', 'haiku']);
  });

  it.each([
    '/context',
    '/context now',
    '/usage\nplease',
    '/help\ttabs',
    '/mcp__server__prompt x',
    '/plugin:command',
    '/unknown',
  ])('hides the command in %j behind a line break', (text) => {
    expect(fedText(text)).toEqual([{ type: 'text', text: `\n${text}` }]);
  });

  it.each([
    '/etc/passwd is a file',
    '/etc/passwd',
    '/',
    '/ is the root',
    '// a comment',
    ' /context',
    'see /context',
    '!ls',
    '#note',
    '@/etc/passwd',
    'exit',
    '',
  ])('sends %j verbatim', (text) => {
    expect(fedText(text)).toEqual([{ type: 'text', text }]);
  });

  it('hides a command in earlier messages too', () => {
    const batches = batchesOf([user('/clear'), assistant('/clear'), user('Hello')]);
    expect(batches[0]?.[0]?.message.content).toEqual([{ type: 'text', text: '\n/clear' }]);
  });

  it('leaves a command in an answer as it was', () => {
    const batches = batchesOf([user('a'), assistant('/clear'), user('Hello')]);
    expect(batches[1]?.[0]?.message.content).toEqual([{ type: 'text', text: '/clear' }]);
  });

  it('looks for commands in the last block only, as the CLI does', () => {
    expect(fedText('/context', 'please')).toEqual([
      { type: 'text', text: '/context' },
      { type: 'text', text: 'please' },
    ]);
    expect(fedText('please', '/context')).toEqual([
      { type: 'text', text: 'please' },
      { type: 'text', text: '\n/context' },
    ]);
  });

  it('passes tool results, images and documents through as they are', () => {
    const blocks: UserBlock[] = [
      { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: '/context' }] },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
      { type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } },
    ];
    expect(fedText(...blocks)).toEqual(blocks);
  });

  it('gives calls in earlier answers the names under which the model knows the tools', () => {
    const call: AssistantMessage = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'x' },
        { type: 'redacted_thinking', data: 'y' },
        { type: 'text', text: 'Let me see.' },
        { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { name: 'get_weather' } },
      ],
    };
    const fed = batchesOf([user('a'), call, user('b')])[1]?.[0]?.message.content;
    expect(fed).toEqual([
      ...call.content.slice(0, 3),
      { type: 'tool_use', id: 'toolu_1', name: 'mcp__client__get_weather', input: { name: 'get_weather' } },
    ]);
  });

  it('does not change the conversation it was given', () => {
    const message = user('/context');
    batchesOf([message]);
    expect(message).toEqual(user('/context'));
  });

  it('gives calls of other models ids that the API takes, and their results the same', () => {
    const call = (id: string): AssistantMessage => ({
      role: 'assistant',
      content: [{ type: 'tool_use', id, name: 'clock', input: {} }],
    });
    const answer = (id: string) => user({ type: 'tool_result', tool_use_id: id, content: [] });
    const ids = ['functions.clock:0', 'functions.clock:1', 'toolu_01-a'];
    const lines = batchesOf(ids.flatMap((id) => [call(id), answer(id)])).flat();
    const fed = lines.map(({ message }) => message.content[0] as { id?: string; tool_use_id?: string });
    const calls = fed.flatMap(({ id }) => id ?? []);

    expect(fed.flatMap(({ tool_use_id: id }) => id ?? [])).toEqual(calls);
    expect(new Set(calls).size).toBe(3);
    expect(calls[2]).toBe('toolu_01-a');
    for (const id of calls) expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
  });
});
