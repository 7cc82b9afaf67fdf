import { describe, expect, it } from 'vitest';
import { parseEntryName, parseModelNames, parseWholeNumber } from '../../../src/command/register/options.ts';

describe('--name', () => {
  it.each(['claude-harness', 'a', '2nd.harness_1', 'x'.repeat(64)])('may be %s', (name) => {
    expect(parseEntryName(name)).toBe(name);
  });

  it.each(['', '-a', '.a', 'a b', 'a:b', 'a(b)', 'ä', 'a\n', 'x'.repeat(65)])('may not be %j', (name) => {
    expect(() => parseEntryName(name)).toThrow('Expected 1 to 64 letters');
  });
});

describe('--models', () => {
  it('are names between commas, each once', () => {
    expect(parseModelNames('sonnet, opus[1m],sonnet')).toEqual(['sonnet', 'opus[1m]']);
  });

  it.each(['', ',', 'a,,b', 'a\u0007'])('may not be %j', (names) => {
    expect(() => parseModelNames(names)).toThrow('Expected names such as a,b.');
  });
});

describe('--priority', () => {
  it.each([
    ['1', 1],
    ['0', 0],
    ['-3', -3],
  ])('may be %s', (text, number) => {
    expect(parseWholeNumber(text)).toBe(number);
  });

  it.each(['', '1.5', '1e3', 'high', '0x1', '9999999999'])('may not be %j', (text) => {
    expect(() => parseWholeNumber(text)).toThrow('Expected a whole number.');
  });
});
