import { expect, it } from 'vitest';
import { bind } from '../../../src/state/postgres/bind.ts';

it('names become numbers, a name of several places one number', () => {
  expect(bind('UPDATE t SET a = @a, b = @b, c = @a WHERE id = @id', { id: 'i', a: 1, b: null })).toEqual({
    text: 'UPDATE t SET a = $1, b = $2, c = $1 WHERE id = $3',
    values: [1, null, 'i'],
  });
});

it('a comparison that holds for null as well is one that an index serves', () => {
  const sql = 'SELECT 1 FROM t WHERE id = @id AND owner IS NOT DISTINCT FROM @owner';
  expect(bind(sql, { id: 'i', owner: 'alice' })).toEqual({
    text: 'SELECT 1 FROM t WHERE id = $1 AND owner = $2',
    values: ['i', 'alice'],
  });
  expect(bind(sql, { id: 'i', owner: null })).toEqual({
    text: 'SELECT 1 FROM t WHERE id = $1 AND owner IS NULL',
    values: ['i'],
  });
});

it('NUL, which no text of PostgreSQL has, is replaced', () => {
  expect(bind('SELECT @a', { a: 'a\0b' }).values).toEqual(['a\ufffdb']);
});

it('a value that is missing is an error of the program', () => {
  expect(() => bind('SELECT @a', {})).toThrow('the parameter a has no value');
});
