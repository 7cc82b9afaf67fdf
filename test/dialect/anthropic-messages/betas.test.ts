import { expect, it } from 'vitest';
import { readBetas } from '../../../src/dialect/anthropic-messages/betas.ts';

it.each([
  [undefined, {}],
  ['', {}],
  ['a-1', { betas: ['a-1'] }],
  ['a-1, b.2 ,,c d', { betas: ['a-1', 'b.2'] }],
])('readBetas reads the header %j', (header, expected) => {
  expect(readBetas(header)).toEqual(expected);
});
