import { expect, it } from 'vitest';
import { lateDecision } from '../../src/core/late-decision.ts';

it.each([
  [{ allow: true }, /allowed now; repeat it with the same input/],
  [{ allow: true, input: { command: 'ls' } }, /call the tool again with \{"command":"ls"\}/],
  [{ allow: false, message: 'Not today.' }, /^Not today\.$/],
  [{ allow: false }, /refused/],
] as const)('a decision %j that comes late is an error that says what to do', (decision, text) => {
  expect(lateDecision('a', decision)).toEqual({
    ...{ type: 'tool_result', tool_use_id: 'a', is_error: true },
    content: expect.stringMatching(text) as string,
  });
});
