import { describe, expect, it } from 'vitest';
import { parseExtraBody } from '../../../src/config/sections/claude.ts';

describe('parseExtraBody', () => {
  it('gives the operator’s additions to the body of API requests', () => {
    const body = { metadata: { user_id: 'a' }, betas: ['x'] };
    expect(parseExtraBody({ CLAUDE_CODE_EXTRA_BODY: JSON.stringify(body) })).toEqual(body);
  });

  it('gives nothing where there are none', () => {
    expect(parseExtraBody({ HOME: '/root' })).toBeUndefined();
  });

  it.each(['', '{', '[1]', 'null', '"{}"'])('gives nothing for %j, which is not a JSON object', (json) => {
    expect(parseExtraBody({ CLAUDE_CODE_EXTRA_BODY: json })).toBeUndefined();
  });
});
