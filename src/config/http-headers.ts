import { z } from 'zod';
import { map, text } from './key-types.ts';

const value = z.string({ error: 'expected text' });

/** Headers that are sent with requests. */
export function httpHeaders({ secret = false } = {}) {
  const name = text('name', /^[\w!#$%&'*+.^`|~-]+$/, 'the name of a header');
  return map(name, value, 'names of headers to values', { secret });
}
