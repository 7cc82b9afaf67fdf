import { expect, it } from 'vitest';
import { derived } from '../../src/util/derived.ts';

it('is made once for each value, also of none', () => {
  const made: unknown[] = [];
  let source: readonly string[] | undefined = ['a'];
  const read = derived(
    () => source,
    (value) => {
      made.push(value);
      return value?.length;
    },
  );
  expect([read(), read()]).toEqual([1, 1]);
  source = undefined;
  expect([read(), read()]).toEqual([undefined, undefined]);
  source = ['a'];
  expect(read()).toBe(1);
  expect(made).toEqual([['a'], undefined, ['a']]);
});
