import { describe, expect, it } from 'vitest';
import { cited, end, found, restart, search, start, text } from '../openai-chat/answer.ts';
import { responseOfItem } from '../../../src/dialect/openai-responses/ids.ts';
import { toListedItems } from '../../../src/dialect/openai-responses/item-list.ts';
import { eventsOf, hex, id, responseOf } from './answer.ts';
import { bodyOf, read, readItems, refusalOf } from './read-responses.ts';

const add = { type: 'function', name: 'add' };
const definition = { type: 'web_search_20250305', name: 'web_search', max_uses: 5 };
const fieldsOf = (fields: Record<string, unknown>) => read(bodyOf('Hi', fields));
const types = ['web_search', 'web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11'];

describe('a search among the tools', () => {
  it.each(types)('is the API’s own, and keeps its place: %s', (type) => {
    const { conversation, options, ignored } = fieldsOf({ tools: [{ type }, add] });
    expect(conversation.apiTools).toEqual([{ name: 'web_search', definition, index: 0 }]);
    expect(conversation.tools).toMatchObject([{ name: 'add', field: 'tools[1].parameters' }]);
    expect(options.toolChoice).toEqual({ type: 'auto' });
    expect(ignored).toEqual([]);
  });

  it('says where to search, how often, and where the user is', () => {
    const tool = {
      type: 'web_search',
      search_context_size: 'high',
      user_location: { type: 'approximate', city: 'Oslo', country: null },
      filters: { allowed_domains: ['a.example'] },
    };
    expect(fieldsOf({ tools: [tool] }).conversation.apiTools?.[0]?.definition).toEqual({
      ...definition,
      max_uses: 10,
      allowed_domains: ['a.example'],
      user_location: { type: 'approximate', city: 'Oslo' },
    });
    const others = { allowed_domains: [], blocked_domains: ['b.example'] };
    const blocked = fieldsOf({ tools: [{ ...tool, filters: others }] }).conversation.apiTools?.[0]?.definition;
    expect(blocked).toMatchObject({ blocked_domains: ['b.example'] });
    expect(blocked).not.toHaveProperty('allowed_domains');
  });

  it('names what it cannot honour', () => {
    const tool = { type: 'web_search', external_web_access: true, search_content_types: null };
    expect(fieldsOf({ tools: [tool] }).ignored).toEqual([]);
    const asked = { type: 'web_search', external_web_access: false, search_content_types: ['image'] };
    const names = ['tools[].external_web_access', 'tools[].search_content_types'];
    expect(fieldsOf({ tools: [asked] }).ignored).toEqual(names);
  });

  it.each(types)('can be required: %s', (type) => {
    const { options } = fieldsOf({ tools: [add, { type: 'web_search' }], tool_choice: { type } });
    expect(options.toolChoice).toEqual({ type: 'tool', name: 'web_search' });
  });

  it('can be all that may be called, or be left out', () => {
    const tools = [add, { type: 'web_search' }];
    const choose = (mode: string, ...chosen: object[]) =>
      fieldsOf({ tools, tool_choice: { type: 'allowed_tools', mode, tools: chosen } });
    const only = choose('required', { type: 'web_search_preview' });
    expect(only.conversation).toMatchObject({ apiTools: [{ name: 'web_search' }] });
    expect(only.conversation.tools).toBeUndefined();
    expect(only.options.toolChoice).toEqual({ type: 'required' });
    expect(choose('auto', add).conversation.apiTools).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ tool_choice: { type: 'web_search' } }, 'tool_choice.type'],
    [
      { tools: [add], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'web_search' }] } },
      'tool_choice.tools',
    ],
    [{ tools: [{ type: 'web_search' }, { type: 'web_search_preview' }] }, 'tools[1].type'],
    [{ tools: [{ type: 'web_search' }, { type: 'function', name: 'web_search' }] }, 'tools[1].name'],
    [{ tools: [{ type: 'web_search', search_context_size: 1 }] }, 'tools[0].search_context_size'],
    [{ tools: [{ type: 'web_search', filters: { allowed_domains: 'a' } }] }, 'tools[0].filters.allowed_domains'],
    [
      { tools: [{ type: 'web_search', filters: { allowed_domains: ['a'], blocked_domains: ['b'] } }] },
      'tools[0].filters',
    ],
  ])('is refused where it makes no sense: %j', (fields, param) => {
    expect(refusalOf(bodyOf('Hi', { ...fields }))).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('a search in the input', () => {
  it('is left out, and so are the annotations of what was said about it', () => {
    const items = [
      { role: 'user', content: 'What is new?' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'news' } },
      { role: 'assistant', content: [{ type: 'output_text', text: 'This.', annotations: [{ type: 'url_citation' }] }] },
      { role: 'user', content: 'And?' },
    ];
    expect(readItems(...items).messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'What is new?' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'This.' }] },
      { role: 'user', content: [{ type: 'text', text: 'And?' }] },
    ]);
    expect(read(bodyOf(items), { unsupportedParams: 'reject' }).ignored).toEqual([]);
  });
});

describe('an answer that searched', () => {
  const a = { url: 'https://a.example', title: 'A' };
  const b = { url: 'https://b.example' };
  const turn = [
    start(),
    ...text('Let me see.'),
    ...search('s', '{"query"', ':"news"}'),
    ...found('s'),
    ...text('It says: '),
    ...cited('so', a, b),
    end(),
  ];
  const searchItem = {
    id: `ws_${hex}_1`,
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'news' },
  };
  const annotations = [
    { type: 'url_citation', ...a, start_index: 0, end_index: 2 },
    { type: 'url_citation', url: b.url, title: b.url, start_index: 0, end_index: 2 },
  ];
  const part = { type: 'output_text', logprobs: [] };

  it('has an item for the search, and the sources on the text that rests on them', () => {
    expect(responseOf(turn).output).toMatchObject([
      { type: 'message', content: [{ ...part, text: 'Let me see.', annotations: [] }] },
      searchItem,
      {
        type: 'message',
        content: [
          { ...part, text: 'It says: ', annotations: [] },
          { ...part, text: 'so', annotations },
        ],
      },
    ]);
  });

  it('can be found by the id of its search, as one in the input can', () => {
    expect(responseOfItem(searchItem.id)).toBe(id);
    const [listed] = toListedItems([{ type: 'web_search_call' }], id);
    expect(listed?.id).toBe(`ws_${hex}_in0`);
    expect(responseOfItem(listed?.id ?? '')).toBe(id);
  });

  it('comes in these events', () => {
    const inSearch = { item_id: searchItem.id, output_index: 1 };
    const inPart = { item_id: `msg_${hex}_2`, output_index: 2, content_index: 1 };
    const begun = { ...searchItem, status: 'in_progress', action: { type: 'search', query: '' } };
    const events = eventsOf(turn).filter((event) => !('response' in event));
    expect(events.slice(6, 11)).toMatchObject([
      { type: 'response.output_item.added', output_index: 1, item: begun },
      { type: 'response.web_search_call.in_progress', ...inSearch },
      { type: 'response.web_search_call.searching', ...inSearch },
      { type: 'response.web_search_call.completed', ...inSearch },
      { type: 'response.output_item.done', output_index: 1, item: searchItem },
    ]);
    expect(events.slice(-7)).toMatchObject([
      { type: 'response.content_part.added', ...inPart, part: { ...part, text: '', annotations: [] } },
      { type: 'response.output_text.delta', ...inPart, delta: 'so' },
      { type: 'response.output_text.annotation.added', ...inPart, annotation_index: 0, annotation: annotations[0] },
      { type: 'response.output_text.annotation.added', ...inPart, annotation_index: 1, annotation: annotations[1] },
      { type: 'response.output_text.done', ...inPart, text: 'so' },
      { type: 'response.content_part.done', ...inPart, part: { ...part, text: 'so', annotations } },
      { type: 'response.output_item.done', output_index: 2 },
    ]);
  });

  it('says that a search has failed, or was cut off', () => {
    const error = { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' };
    const failed = [start(), ...search('s', '{"query":"x"}'), ...found('s', error), ...text('No.'), end()];
    expect(responseOf(failed).output).toMatchObject([{ status: 'failed' }, { type: 'message' }]);
    const types = eventsOf(failed).map(({ type }) => type);
    expect(types).not.toContain('response.web_search_call.completed');
    const [begun, piece] = search('s', '{"query":');
    const cut = [start(), ...(begun && piece ? [begun, piece] : []), end('max_tokens')];
    expect(responseOf(cut).output).toMatchObject([{ status: 'failed', action: { query: '' } }]);
  });

  it('has an item for each of several searches at once', () => {
    const both = [...search('s', '{"query":"x"}'), ...search('t', '{"query":"y"}'), ...found('s'), ...found('t')];
    expect(responseOf([start(), ...both, ...text('So.'), end()]).output).toMatchObject([
      { status: 'completed', action: { query: 'x' } },
      { status: 'completed', action: { query: 'y' } },
      { type: 'message' },
    ]);
  });

  it('reads a query that comes at once', () => {
    const block = { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } };
    const whole = [
      { type: 'block_start', id: 0, block: { type: 'opaque', block } } as const,
      { type: 'block_stop', id: 0 } as const,
    ];
    expect(responseOf([start(), ...whole, end()]).output).toMatchObject([{ action: { query: 'x' } }]);
  });

  it('can begin again where the client has nothing of it', () => {
    const again = [start(), ...search('s', '{}'), restart(), ...cited('so', a), end()];
    expect(responseOf(again).output).toMatchObject([{ type: 'message', content: [{ annotations: [annotations[0]] }] }]);
    expect(() => eventsOf(again)).toThrow();
  });
});
