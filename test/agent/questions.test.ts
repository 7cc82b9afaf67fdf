import { expect, it } from 'vitest';
import { Questions } from '../../src/agent/questions.ts';

const request = {
  subtype: 'can_use_tool' as const,
  tool_name: 'Bash',
  input: { command: 'touch b' },
  tool_use_id: 'a',
};
const rule = { type: 'addRules', rules: [{ toolName: 'Bash', ruleContent: 'touch b *' }], behavior: 'allow' };
const mode = { type: 'setMode', mode: 'acceptEdits', destination: 'session' };

const ask = (more: object = {}) => {
  const questions = new Questions('/srv/a');
  const asked = questions.ask('a', { requestId: 'r', request: { ...request, ...more } });
  return { questions, ...asked };
};

it('an allowed call keeps its input, or gets another', () => {
  expect(ask().questions.decide('a', { allow: true })).toEqual({
    requestId: 'r',
    response: { behavior: 'allow', updatedInput: { command: 'touch b' } },
  });
  expect(ask().questions.decide('a', { allow: true, input: { command: 'ls' } })?.response).toMatchObject({
    updatedInput: { command: 'ls' },
  });
});

it('a denied call has a reason', () => {
  expect(ask().questions.decide('a', { allow: false, message: 'No.' })?.response).toEqual({
    behavior: 'deny',
    message: 'No.',
  });
  expect(ask().questions.decide('a', { allow: false })?.response).toMatchObject({ message: 'This call was refused.' });
});

it('what is allowed for the session goes into no file, and changes no mode', () => {
  const { questions, canAllowForSession } = ask({
    permission_suggestions: [
      { ...rule, destination: 'localSettings' },
      { type: 'addDirectories', directories: ['/'] },
      mode,
    ],
  });
  expect(canAllowForSession).toBe(true);
  expect(questions.decide('a', { allow: true, forSession: true })?.response).toMatchObject({
    updatedPermissions: [{ ...rule, destination: 'session' }],
  });
});

it('edits are allowed for the session in the agent’s folder', () => {
  const { questions, canAllowForSession } = ask({ tool_name: 'Write', permission_suggestions: [mode] });
  expect(canAllowForSession).toBe(true);
  expect(questions.decide('a', { allow: true, forSession: true })?.response).toMatchObject({
    updatedPermissions: [
      {
        type: 'addRules',
        rules: [{ toolName: 'Edit', ruleContent: '//srv/a/**' }],
        behavior: 'allow',
        destination: 'session',
      },
    ],
  });
});

it('nothing is for the session where the CLI suggests nothing', () => {
  expect(ask().canAllowForSession).toBe(false);
  expect(ask({ permission_suggestions: [mode] }).canAllowForSession).toBe(false);
});

it('a question is decided once, and not after it was withdrawn', () => {
  const { questions } = ask();
  questions.decide('a', { allow: true });
  expect(questions.decide('a', { allow: true })).toBeUndefined();
  const other = ask().questions;
  expect([other.withdraw('x'), other.withdraw('r'), other.decide('a', { allow: true })]).toEqual([
    undefined,
    'a',
    undefined,
  ]);
  const third = ask().questions;
  expect([third.withdrawAll(), third.callIds]).toEqual([['a'], []]);
});
