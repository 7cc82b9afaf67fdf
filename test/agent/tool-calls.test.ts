import { describe, expect, it } from 'vitest';
import { ToolCalls } from '../../src/agent/tool-calls.ts';

const call = { callId: 'a', name: 'Bash', input: { command: 'ls' } };
const told = { type: 'tool_called', callId: 'a', tool: { kind: 'builtin', name: 'bash' }, input: { command: 'ls' } };
const result = { callId: 'a', content: [{ type: 'text', text: 'x' }], isError: false };
const ended = { type: 'tool_ended', ...result };

function held(): ToolCalls {
  const calls = new ToolCalls();
  expect(calls.called(call)).toEqual([]);
  return calls;
}

describe('a call that is held', () => {
  it('is told as asked', () => {
    expect(held().asked(call, true)).toEqual([{ ...told, permission: 'ask', canAllowForSession: true }]);
  });

  it('is told as denied, and then has its result', () => {
    const calls = held();
    expect(calls.denied('a')).toEqual([{ ...told, permission: 'deny' }]);
    expect(calls.ended({ ...result, isError: true })).toEqual([{ ...ended, isError: true }]);
  });

  it('is told as allowed when there is a sign that it runs', () => {
    expect(held().running('a')).toEqual([{ ...told, permission: 'allow' }]);
  });

  it('is told before its result, as allowed', () => {
    expect(held().ended(result)).toEqual([{ ...told, permission: 'allow' }, ended]);
  });

  it('is told as allowed before an error only if it was decided about', () => {
    const error = { ...result, isError: true };
    expect(held().ended(error)).toEqual([told, { ...ended, isError: true }]);
    const calls = held();
    calls.begun('a');
    expect(calls.ended(error)).toEqual([
      { ...told, permission: 'allow' },
      { ...ended, isError: true },
    ]);
  });

  it('is told without a decision when nothing is known in time, and once', () => {
    const calls = held();
    expect(calls.overdue('a')).toEqual([told]);
    expect([...calls.overdue('a'), ...calls.running('a'), ...calls.flush()]).toEqual([]);
    expect(calls.ended(result)).toEqual([ended]);
  });

  it('is told again when it is asked about after all', () => {
    const calls = held();
    calls.overdue('a');
    expect(calls.asked(call, false)).toEqual([{ ...told, permission: 'ask', canAllowForSession: false }]);
  });

  it('is told at the end of the turn', () => {
    expect(held().flush()).toEqual([told]);
  });
});

it('a call that is asked about before it has come is told once', () => {
  const calls = new ToolCalls();
  calls.begun('a');
  expect(calls.asked({ ...call, parentCallId: 'p' }, false)).toEqual([
    { ...told, permission: 'ask', canAllowForSession: false, parentCallId: 'p' },
  ]);
  expect([...calls.called({ ...call, parentCallId: 'p' }), ...calls.flush()]).toEqual([]);
});

it('a custom tool’s call is told when it can be answered, without a decision', () => {
  const custom = { ...call, name: 'mcp__client__look' };
  const calls = new ToolCalls();
  calls.called({ ...custom, parentCallId: 'p' });
  expect(calls.custom(custom)).toEqual([{ ...told, tool: { kind: 'custom', name: 'look' }, parentCallId: 'p' }]);
  expect(calls.custom(custom)).toEqual([]);
});

it('a result of no call is passed over', () => {
  expect(new ToolCalls().ended(result)).toEqual([]);
});
