import { describe, expect, it } from 'vitest';
import { createServedDirectly } from '../../src/backend/served-directly.ts';

const alone = (name: string) => [name];

describe('createServedDirectly', () => {
  it('follows the patterns as they change', () => {
    let patterns = ['opus'];
    const isServed = createServedDirectly(() => patterns, alone);
    expect([isServed('opus'), isServed('haiku')]).toEqual([true, false]);
    patterns = ['haiku'];
    expect([isServed('opus'), isServed('haiku')]).toEqual([false, true]);
  });

  it.each<[string, string, boolean]>([
    ['claude-opus-*', 'claude-opus-4-8', true],
    ['claude-opus-*', 'claude-sonnet-4-6', false],
    ['claude-opus-*', 'my-claude-opus-4-8', false],
    ['*opus*', 'my-claude-opus-4-8', true],
    ['*', 'anything', true],
    ['opus', 'opus', true],
    ['opus', 'opus[1m]', false],
    ['opus[1m]', 'opus[1m]', true],
    ['claude.opus', 'claude-opus', false],
  ])('%s takes %s: %s', (pattern, name, expected) => {
    expect(createServedDirectly(() => [pattern], alone)(name)).toBe(expected);
  });

  it('looks at every name that the model has', () => {
    const isServed = createServedDirectly(
      () => ['claude-opus-*'],
      (name) => [name, 'claude-opus-4-8'],
    );
    expect(isServed('gpt-4o')).toBe(true);
  });

  it('takes nothing without a pattern', () => {
    expect(createServedDirectly(() => [], alone)('opus')).toBe(false);
  });
});
