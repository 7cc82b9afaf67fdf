import { describe, expect, it } from 'vitest';
import { toWireModel, toWireModelList } from '../../../src/dialect/anthropic-messages/models.ts';

const models = ['a', 'b', 'c', 'd'].map((id) => ({ id, efforts: [] }));
const list = (query: Record<string, unknown> = {}) => {
  const { data, ...page } = toWireModelList(models, query);
  return { ids: data.map(({ id }) => id).join(''), ...page };
};

describe('models', () => {
  it('have the fields of the API, with null for what nobody has told', () => {
    expect(toWireModel({ id: 'mine', efforts: [] })).toEqual({
      type: 'model',
      id: 'mine',
      display_name: 'mine',
      created_at: '1970-01-01T00:00:00Z',
      max_input_tokens: null,
      max_tokens: null,
      capabilities: null,
    });
    const known = {
      id: 'haiku',
      displayName: 'Claude Haiku 4.5',
      efforts: [],
      contextWindow: 200_000,
      maxOutputTokens: 64_000,
    };
    expect(toWireModel(known)).toMatchObject({
      display_name: 'Claude Haiku 4.5',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
    });
  });

  it.each([
    [{}, { ids: 'abcd', has_more: false, first_id: 'a', last_id: 'd' }],
    [{ limit: '3' }, { ids: 'abc', has_more: true, first_id: 'a', last_id: 'c' }],
    [
      { limit: '2', after_id: 'a' },
      { ids: 'bc', has_more: true, first_id: 'b', last_id: 'c' },
    ],
    [{ after_id: 'c' }, { ids: 'd', has_more: false, first_id: 'd', last_id: 'd' }],
    [{ after_id: 'd' }, { ids: '', has_more: false, first_id: null, last_id: null }],
    [
      { limit: '1', before_id: 'c' },
      { ids: 'b', has_more: true, first_id: 'b', last_id: 'b' },
    ],
    [{ before_id: 'b' }, { ids: 'a', has_more: false, first_id: 'a', last_id: 'a' }],
  ])('are listed page by page: %j', (query, expected) => {
    expect(list(query)).toEqual(expected);
  });

  it.each([
    [{ limit: '0' }, 'limit: Input should be a number from 1 to 1000'],
    [{ limit: 'many' }, 'limit: Input should be a number from 1 to 1000'],
    [{ limit: ['1', '2'] }, 'limit: Input should be a number from 1 to 1000'],
    [{ after_id: 'x' }, 'after_id: There is no such model in the list'],
  ])('are not listed for %j', (query, message) => {
    expect(() => list(query)).toThrow(message);
  });
});
