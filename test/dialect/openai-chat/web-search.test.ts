import { describe, expect, it } from 'vitest';
import { cited, collect, end, found, restart, search, start, streamOf, text } from './answer.ts';
import { bodyWith, read, refusalOf } from './read-chat.ts';

const add = { type: 'function', function: { name: 'add' } };
const definition = { type: 'web_search_20250305', name: 'web_search', max_uses: 5 };

describe('web_search_options', () => {
  it('offer the API’s own search after the client’s tools', () => {
    const { conversation, options, ignored } = read(bodyWith({ tools: [add], web_search_options: {} }), 'reject');
    expect(conversation.tools).toMatchObject([{ name: 'add' }]);
    expect(conversation.apiTools).toEqual([{ name: 'web_search', definition, index: 1 }]);
    expect(options.toolChoice).toEqual({ type: 'auto' });
    expect(ignored).toEqual([]);
  });

  it.each([
    ['low', 1],
    ['medium', 5],
    ['high', 10],
  ])('of size %s allow %i searches', (size, uses) => {
    const { conversation } = read(bodyWith({ web_search_options: { search_context_size: size } }));
    expect(conversation.apiTools).toMatchObject([{ definition: { max_uses: uses } }]);
    expect(conversation.tools).toBeUndefined();
  });

  it('say where the user is', () => {
    const place = { city: 'Oslo', country: 'NO', region: '', timezone: null };
    const location = { type: 'approximate', approximate: place };
    const { conversation } = read(bodyWith({ web_search_options: { user_location: location } }));
    const sent = { ...definition, user_location: { type: 'approximate', city: 'Oslo', country: 'NO' } };
    expect(conversation.apiTools).toMatchObject([{ definition: sent }]);
  });

  it('can be all that there is to call', () => {
    const body = { web_search_options: {}, tool_choice: 'required', parallel_tool_calls: false };
    expect(read(bodyWith(body)).options).toMatchObject({ toolChoice: { type: 'required' }, parallelToolCalls: false });
  });

  it.each<[object, string]>([
    [{ web_search_options: 7 }, 'web_search_options'],
    [{ web_search_options: { search_context_size: 'huge' } }, 'web_search_options.search_context_size'],
    [{ web_search_options: { user_location: {} } }, 'web_search_options.user_location.approximate'],
    [{ web_search_options: {}, tools: [{ ...add, function: { name: 'web_search' } }] }, 'tools[0].function.name'],
    [{ web_search_options: {}, functions: [{ name: 'web_search' }] }, 'functions[0].name'],
  ])('are refused where they make no sense: %j', (fields, param) => {
    expect(refusalOf(bodyWith({ ...fields }))).toMatchObject({ code: 'INVALID_REQUEST', param });
  });
});

describe('the sources of an answer', () => {
  const a = { url: 'https://a.example', title: 'A' };
  const b = { url: 'https://b.example' };
  const turn = [
    start(),
    ...text('So: 🙂'),
    ...search('s', '{"query":"x"}'),
    ...found('s'),
    ...cited('one', a, a, b),
    ...text(', '),
    ...cited('two', b),
    ...cited('', a),
    end(),
  ];
  const of = (source: { url: string; title?: string }, start_index: number, end_index: number) => ({
    type: 'url_citation',
    url_citation: { url: source.url, title: source.title ?? source.url, start_index, end_index },
  });
  // The emoji is one character.
  const annotations = [of(a, 5, 8), of(b, 5, 8), of(b, 10, 13)];

  it('are annotations of its text', () => {
    const [choice] = collect(turn).choices;
    expect(choice?.message).toEqual({
      role: 'assistant',
      content: 'So: 🙂one, two',
      refusal: null,
      annotations,
    });
  });

  it('come in one delta of a stream, before the finish reason', () => {
    const deltas = streamOf(turn).flatMap(({ choices }) => choices.map(({ delta }) => delta));
    expect(deltas.filter((delta) => 'annotations' in delta)).toEqual([{ annotations }]);
    expect(deltas.at(-2)).toEqual({ annotations });
  });

  it('are not those of an answer that was begun again', () => {
    const events = [start(), ...cited('Lost', a), restart(), ...cited('One', b), end()];
    expect(collect(events).choices[0]?.message.annotations).toEqual([of(b, 0, 3)]);
  });

  it('are absent where there are none, or only documents of the conversation', () => {
    const [begin, ...rest] = text('So.');
    const citation = { type: 'page_location', document_index: 0, document_title: 'A', cited_text: 'x' };
    const events = [start(), ...(begin ? [begin] : []), { type: 'citation', id: 0, citation } as const, ...rest, end()];
    expect(collect(events).choices[0]?.message).not.toHaveProperty('annotations');
  });
});
