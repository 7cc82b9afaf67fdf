import { describe, expect, it } from 'vitest';
import { toItemPage, toListedItems } from '../../../src/dialect/openai-responses/item-list.ts';
import { hex, id } from './answer.ts';
import { bodyOf, read } from './read-responses.ts';

const listed = (...items: unknown[]) => toListedItems(read(bodyOf(items)).items, id);

describe('items that are kept', () => {
  it('have ids, their own or new ones, each once', () => {
    const user = { role: 'user', content: 'Hi' };
    const call = { type: 'function_call', call_id: 'a', name: 'add', arguments: '{}', more: 1 };
    const output = { type: 'function_call_output', call_id: 'a', output: 'done' };
    const items = listed({ ...user, id: 'mine' }, { ...user, id: 'mine' }, { ...call, id: '' }, output);
    expect(items.map((item) => item.id)).toEqual(['mine', `msg_${hex}_in1`, `fc_${hex}_in2`, `fco_${hex}_in3`]);
    expect(items).toMatchObject([
      { type: 'message', status: 'completed', content: [{ type: 'input_text', text: 'Hi' }] },
      { type: 'message' },
      { type: 'function_call', more: 1 },
      { type: 'function_call_output', status: 'completed', output: [{ type: 'input_text', text: 'done' }] },
    ]);
  });

  it('are input for the next request', () => {
    const items = listed(
      { role: 'user', content: 'One.' },
      { role: 'assistant', content: 'Two.' },
      { role: 'user', content: 'Three.' },
    );
    const { conversation } = read(bodyOf('Four.'), { earlier: items });
    expect(conversation.messages.map(({ content }) => content)).toMatchObject([
      [{ text: 'One.' }],
      [{ text: 'Two.' }],
      [{ text: 'Three.' }, { text: 'Four.' }],
    ]);
  });
});

describe('a page of items', () => {
  const items = ['a', 'b', 'c'].map((name) => ({ id: name }));
  const ids = (params: object) => toItemPage(items, params).data.map((item) => (item as { id: string }).id);

  it('has the last item first, unless asked otherwise', () => {
    expect(toItemPage(items, {})).toEqual({
      object: 'list',
      data: items.toReversed(),
      first_id: 'c',
      last_id: 'a',
      has_more: false,
    });
    expect(ids({ order: 'asc' })).toEqual(['a', 'b', 'c']);
  });

  it('is as long as asked for, and goes on after an item', () => {
    expect(toItemPage(items, { limit: '2', order: 'asc' })).toMatchObject({ last_id: 'b', has_more: true });
    expect(toItemPage(items, { limit: '2', order: 'asc', after: 'b' })).toMatchObject({
      first_id: 'c',
      has_more: false,
    });
    expect(toItemPage(items, { limit: '3' }).has_more).toBe(false);
    expect(ids({ after: 'b' })).toEqual(['a']);
    expect(toItemPage([], {})).toMatchObject({ data: [], first_id: null, last_id: null });
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '101' }, 'limit'],
    [{ limit: 'many' }, 'limit'],
    [{ limit: '1.5' }, 'limit'],
    [{ order: 'up' }, 'order'],
    [{ after: 'x' }, 'after'],
  ])('cannot be had with %j', (params, param) => {
    expect(() => toItemPage(items, params)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', facts: { param } }),
    );
  });
});
