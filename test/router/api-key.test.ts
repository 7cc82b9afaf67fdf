import { describe, expect, it } from 'vitest';
import { isReference, keyFor, variableFor } from '../../src/router/api-key.ts';

describe('a key', () => {
  it.each(['${A_B}', '${A:-none}', '${env:A}', '${env.A}', '$A', 'os.environ/A', 'env:A', '{env:A}', '%A%'])(
    '%s names a variable',
    (key) => {
      expect(isReference(key)).toBe(true);
    },
  );

  it.each(['${{ secrets.A }}', '{env:A}'])('%s names a variable by a template', (key) => {
    expect(isReference(key)).toBe(true);
  });

  it.each(['sk-1234', 'none', '', 'a${B}', '${'])('%s is the key itself', (key) => {
    expect(isReference(key)).toBe(false);
  });

  it('is a reference where a token is needed, else any word', () => {
    const refer = (variable: string) => `\${${variable}}`;
    expect(keyFor({ name: 'claude-harness', needsToken: true }, refer)).toBe('${HARNESS_API_KEY}');
    expect(keyFor({ name: 'claude-harness', needsToken: false }, refer)).toBe('unused');
  });
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
