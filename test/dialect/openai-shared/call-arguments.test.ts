import { describe, expect, it } from 'vitest';
import { toArguments, toCalledName } from '../../../src/dialect/openai-shared/call-arguments.ts';

describe('toArguments', () => {
  it.each<[string, Record<string, unknown>]>([
    ['{"city":"Paris"}', { city: 'Paris' }],
    ['', {}],
    [' ', {}],
    ['null', {}],
    ['None', {}],
    ['{"city":"Pa', { city: 'Pa' }],
    ['{"city":"Paris",}', { city: 'Paris' }],
    ["{'city': True}", { city: true }],
    ['{"a":{"b":[1,2', { a: { b: [1, 2] } }],
    ['"{\\"city\\":\\"Paris\\"}"', { city: 'Paris' }],
    ['[1]', { arguments: [1] }],
    ['"x"', { arguments: 'x' }],
    ['7', { arguments: 7 }],
    ['false', { arguments: false }],
  ])('of %j are %j', (text, input) => {
    expect(toArguments(text)).toEqual(input);
  });

  it('are an object whatever is in them', () => {
    for (const text of ['Paris, please', '{', '}', '\u0000', '{"a"', '<a/>', '{"__proto__":{"a":1}}']) {
      const input = toArguments(text);
      expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
      expect(Array.isArray(input)).toBe(false);
    }
  });
});

describe('toCalledName', () => {
  it('keeps what the API takes', () => {
    expect(toCalledName('get_weather-2')).toBe('get_weather-2');
    expect(toCalledName('functions.exec größe')).toBe('functions_exec_gr__e');
    expect(toCalledName('x'.repeat(99))).toHaveLength(64);
  });
});
