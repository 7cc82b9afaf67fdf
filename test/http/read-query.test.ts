import { expect, it } from 'vitest';
import { readQuery } from '../../src/http/read-query.ts';

it.each<[url: string, query: Record<string, string | string[]>]>([
  ['/v1/sessions', {}],
  ['/v1/sessions?', {}],
  ['/v1/sessions?limit=5&page=', { limit: '5', page: '' }],
  ['/v1/sessions?types=a', { types: 'a' }],
  ['/v1/sessions?types=a&types=b', { types: ['a', 'b'] }],
  ['/v1/sessions?types[]=a', { types: ['a'] }],
  ['/v1/sessions?types%5B%5D=a&types%5B%5D=b', { types: ['a', 'b'] }],
  ['/v1/sessions?types[0]=a&types[1]=b', { types: ['a', 'b'] }],
  ['/v1/sessions?types[]=a&types=b', { types: ['a', 'b'] }],
  ['/v1/sessions?created_at[gt]=2026-01-31T12%3A00%3A00Z', { 'created_at[gt]': '2026-01-31T12:00:00Z' }],
  ['/v1/sessions?a=b%20c%26d', { a: 'b c&d' }],
  ['/v1/sessions?__proto__=a&toString=b', JSON.parse('{"__proto__":"a","toString":"b"}') as Record<string, string>],
])('%s asks %j', (url, query) => {
  expect(Object.entries(readQuery({ url }))).toEqual(Object.entries(query));
});
