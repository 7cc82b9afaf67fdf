import { describe, expect, it } from 'vitest';
import { isReference, keyLike, variableFor } from '../../src/router/api-key.ts';

describe('a key in the manner of a sibling', () => {
  it.each([
    ['${OPENAI_API_KEY}', '${MINE}'],
    ['${OPENAI_API_KEY:-none}', '${MINE}'],
    ['${env:OPENAI_API_KEY}', '${env:MINE}'],
    ['$OPENAI_API_KEY', '$MINE'],
    ['os.environ/OPENAI_API_KEY', 'os.environ/MINE'],
    ['env:OPENAI_API_KEY', 'env:MINE'],
    ['{env:OPENAI_API_KEY}', '{env:MINE}'],
    ['%OPENAI_API_KEY%', '%MINE%'],
    ['${{ secrets.OPENAI_API_KEY }}', '${{ secrets.MINE }}'],
    ['{{ env.OPENAI_API_KEY }}', '{{ env.MINE }}'],
  ])('%s becomes %s', (sibling, expected) => {
    expect(isReference(sibling)).toBe(true);
    expect(keyLike(sibling, 'MINE')).toBe(expected);
  });

  it.each(['sk-1234', 'none', '', 'a${B}', '${', undefined])(
    '%s is no reference, and nothing of it is taken over',
    (sibling) => {
      expect(isReference(sibling ?? '')).toBe(false);
      expect(keyLike(sibling, 'MINE')).toBe('unused');
    },
  );
});

it.each([
  ['claude-harness', 'HARNESS_API_KEY'],
  ['claude-harness-2', 'HARNESS_2_API_KEY'],
  ['claude', 'CLAUDE_API_KEY'],
  ['my.house', 'MY_HOUSE_API_KEY'],
  ['2nd', 'PROVIDER_2ND_API_KEY'],
])('the key of %s is in %s', (name, variable) => {
  expect(variableFor(name)).toBe(variable);
  expect(variable).not.toMatch(/^CLAUDE_HARNESS_/);
});
