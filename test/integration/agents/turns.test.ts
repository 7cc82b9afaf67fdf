import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agent-engine.ts';
import { apiErrors } from '../../../src/stand-in/api-errors.ts';
import type { Answer } from '../../../src/stand-in/behaviour.ts';
import { bash, calls, says } from '../../support/agents/scripted.ts';
import { houseModel, startAgents, type Agents, type OpenAgent } from '../../support/agents/start-agents.ts';

let agents: Agents;
let agent: OpenAgent;

beforeAll(async () => {
  agents = await startAgents();
  agent = await agents.open();
});
afterAll(() => agents.stop());
afterEach(() => agent.process.interrupt());

const types = (events: readonly AgentEvent[]) => events.map(({ type }) => type);

it('a model is asked for by the name that it has in the configuration', async () => {
  const named = await startAgents(says('Hello.'), { model: houseModel });
  try {
    await (await named.open()).turn('Hello');
    expect(named.standIn.requests.at(-1)?.body).toMatchObject({ model: 'claude-haiku-4-5' });
  } finally {
    await named.stop();
  }
});

it('a turn tells its texts, calls and requests in order, and what it cost', async () => {
  agents.standIn.behave([
    { ...calls({ id: 'toolu_ls', name: 'Bash', input: { command: 'ls' } }), text: 'I look.' },
    says('Nothing is there.'),
  ]);
  const events = await agent.turn('Look');
  expect(types(events).filter((type) => type !== 'text_delta')).toEqual([
    'request_started',
    'text_started',
    'text_ended',
    'request_ended',
    'tool_called',
    'tool_ended',
    'request_started',
    'text_started',
    'text_ended',
    'request_ended',
    'turn_ended',
  ]);
  expect(events).toContainEqual(expect.objectContaining({ type: 'text_ended', whole: 'I look.' }));
  expect(events).toContainEqual({
    ...{ type: 'tool_called', callId: 'toolu_ls', tool: { kind: 'builtin', name: 'bash' }, input: { command: 'ls' } },
    permission: 'allow',
  });
  expect(events.at(-1)).toMatchObject({ ending: { reason: 'end_turn' } });
});

it('each turn costs what it costs alone', async () => {
  agents.standIn.behave({ kind: 'answer', text: 'x', usage: { input_tokens: 1000, output_tokens: 10 } });
  const ends = [await agent.turn('One'), await agent.turn('Two')].map((events) => events.at(-1));
  for (const end of ends) expect(end).toMatchObject({ costUsd: expect.closeTo(0.00105, 6) as number });
  expect(await usageOf(agent)).toMatchObject({ input_tokens: 1000, output_tokens: 10 });
});

const usageOf = async (open: OpenAgent) => {
  const events = await open.turn('Count');
  return events.find((event) => event.type === 'request_ended')?.usage;
};

describe('a call that is asked about', () => {
  it('runs when it is allowed', async () => {
    agents.standIn.behave([
      calls({ id: 'toolu_w1', name: 'Write', input: { file_path: join(agents.workspace, 'a.txt'), content: 'hello' } }),
      says('ok'),
    ]);
    await agent.say('Write');
    const called = await agent.next('tool_called');
    expect(called).toMatchObject({
      tool: { kind: 'builtin', name: 'write' },
      permission: 'ask',
      canAllowForSession: true,
    });
    expect(existsSync(join(agents.workspace, 'a.txt'))).toBe(false);
    expect(await agent.process.decide('toolu_w1', { allow: true })).toBe(true);
    expect(await agent.next('tool_ended')).toMatchObject({ callId: 'toolu_w1', isError: false });
    await agent.next('turn_ended');
    expect(readFileSync(join(agents.workspace, 'a.txt'), 'utf8')).toBe('hello');
    expect(await agent.process.decide('toolu_w1', { allow: true })).toBe(false);
  });

  it('does not run when it is denied, and the model reads why', async () => {
    agents.standIn.behave([calls(bash('touch denied', 'toolu_d1')), says('ok')]);
    await agent.say('Touch');
    expect(await agent.next('tool_called')).toMatchObject({ permission: 'ask' });
    await agent.process.decide('toolu_d1', { allow: false, message: 'Not on Sundays.' });
    const ended = await agent.next('tool_ended');
    expect(ended).toMatchObject({ isError: true, content: [{ type: 'text', text: 'Not on Sundays.' }] });
    await agent.next('turn_ended');
    expect(existsSync(join(agents.workspace, 'denied'))).toBe(false);
  });

  it('runs with another input', async () => {
    agents.standIn.behave([calls(bash('touch first', 'toolu_i1')), says('ok')]);
    await agent.say('Touch');
    await agent.next('tool_called');
    await agent.process.decide('toolu_i1', { allow: true, input: { command: 'touch second' } });
    await agent.next('turn_ended');
    expect(['first', 'second'].map((name) => existsSync(join(agents.workspace, name)))).toEqual([false, true]);
  });

  it('is allowed for the session, and nothing is written about that', async () => {
    const write = (name: string) => ({
      id: `toolu_${name}`,
      name: 'Write',
      input: { file_path: join(agents.workspace, name), content: 'x' },
    });
    agents.standIn.behave([
      calls(bash('touch session-1', 'toolu_s1')),
      calls(write('s2')),
      calls(bash('touch session-1 two', 'toolu_s3')),
      calls(write('s4')),
      calls(bash('rm s2', 'toolu_s5')),
      says('ok'),
    ]);
    const other = await agents.open();
    await other.say('Go');
    for (const callId of ['toolu_s1', 'toolu_s2']) {
      expect(await other.next('tool_called')).toMatchObject({ callId, permission: 'ask', canAllowForSession: true });
      await other.process.decide(callId, { allow: true, forSession: true });
    }
    expect(await other.next('tool_called')).toMatchObject({ callId: 'toolu_s3', permission: 'allow' });
    expect(await other.next('tool_called')).toMatchObject({ callId: 'toolu_s4', permission: 'allow' });
    expect(await other.next('tool_called')).toMatchObject({ callId: 'toolu_s5', permission: 'ask' });
    await other.process.decide('toolu_s5', { allow: false });
    await other.next('turn_ended');
    expect(existsSync(join(agents.workspace, '.claude'))).toBe(false);
    await other.process.stop();
  });

  it('waits for its turn where several are in one message', async () => {
    agents.standIn.behave([
      calls(bash('touch p1', 'toolu_p1'), bash('ls', 'toolu_p2'), bash('touch p3', 'toolu_p3')),
      says('ok'),
    ]);
    const first = agent.events.length;
    await agent.say('Go');
    await agent.next('tool_called');
    await agent.process.decide('toolu_p1', { allow: true });
    const second = await agent.next('tool_called');
    expect(second).toMatchObject({ callId: 'toolu_p2', permission: 'allow' });
    expect(await agent.next('tool_called')).toMatchObject({ callId: 'toolu_p3', permission: 'ask' });
    await agent.process.decide('toolu_p3', { allow: true });
    await agent.next('turn_ended');
    const order = agent.events
      .slice(first)
      .flatMap((event) => ('callId' in event ? [`${event.type} ${event.callId}`] : []));
    for (const id of ['toolu_p1', 'toolu_p2', 'toolu_p3']) {
      expect(order.filter((entry) => entry.endsWith(id))).toEqual([`tool_called ${id}`, `tool_ended ${id}`]);
    }
  });
});

it('a call that cannot be is told with its error alone', async () => {
  agents.standIn.behave([calls({ id: 'toolu_n1', name: 'NoSuch', input: {} }), says('ok')]);
  const events = await agent.turn('Go');
  expect(events.find(({ type }) => type === 'tool_called')).toEqual({
    type: 'tool_called',
    callId: 'toolu_n1',
    tool: { kind: 'builtin', name: 'no_such' },
    input: {},
  });
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool_ended', isError: true }));
});

it('the agent asks a person, and gets the answers', async () => {
  const question = {
    question: 'Which?',
    header: 'Which',
    multiSelect: false,
    options: [
      { label: 'A', description: 'a' },
      { label: 'B', description: 'b' },
    ],
  };
  agents.standIn.behave([
    calls({ id: 'toolu_q1', name: 'AskUserQuestion', input: { questions: [question] } }),
    says('ok'),
  ]);
  await agent.say('Ask');
  const called = await agent.next('tool_called');
  expect(called).toMatchObject({ tool: { kind: 'builtin', name: 'ask_user_question' }, permission: 'ask' });
  await agent.process.decide('toolu_q1', { allow: true, input: { ...called.input, answers: { 'Which?': 'B' } } });
  expect(JSON.stringify(await agent.next('tool_ended'))).toContain('B');
  await agent.next('turn_ended');
});

it('an agent that plans asks whether it may begin', async () => {
  const other = await agents.open({ profile: { ...agents.profile, permissionMode: 'plan' } });
  agents.standIn.behave([calls({ id: 'toolu_plan', name: 'ExitPlanMode', input: { plan: 'I write.' } }), says('ok')]);
  await other.say('Plan');
  expect(await other.next('tool_called')).toMatchObject({
    tool: { kind: 'builtin', name: 'exit_plan_mode' },
    permission: 'ask',
  });
  await other.process.decide('toolu_plan', { allow: true });
  expect(await other.next('tool_ended')).toMatchObject({ callId: 'toolu_plan', isError: false });
  await other.next('turn_ended');
  await other.process.stop();
});

it('a subagent’s events tell the call that started it', async () => {
  agents.standIn.behave((request) => {
    const text = JSON.stringify((request.body as { messages: unknown }).messages);
    const isAnswered = text.includes('tool_result');
    if (text.includes('Do the check') && !text.includes('Delegate')) {
      return isAnswered ? says('Fine.') : { ...calls(bash('touch from-sub', 'toolu_sub')), text: 'I check.' };
    }
    const task = { description: 'Check', prompt: 'Do the check', subagent_type: 'general-purpose' };
    return isAnswered ? says('Done.') : calls({ id: 'toolu_task', name: 'Agent', input: task });
  });
  const other = await agents.open();
  await other.say('Delegate');
  expect(await other.next('tool_called')).toMatchObject({
    callId: 'toolu_task',
    tool: { name: 'task' },
    permission: 'allow',
  });
  expect(await other.next('tool_called')).toMatchObject({
    callId: 'toolu_sub',
    permission: 'ask',
    parentCallId: 'toolu_task',
  });
  await other.process.decide('toolu_sub', { allow: true });
  expect(await other.next('tool_ended')).toMatchObject({
    callId: 'toolu_sub',
    isError: false,
    parentCallId: 'toolu_task',
  });
  expect(await other.next('tool_ended')).toMatchObject({ callId: 'toolu_task', isError: false });
  await other.next('turn_ended');
  await other.process.stop();
});

it.each<[string, Answer | ReturnType<typeof apiErrors.overloaded>, object]>([
  ['a refusal', { kind: 'answer', text: 'No.', stopReason: 'refusal' }, { reason: 'refusal' }],
  [
    'an overloaded API',
    apiErrors.overloaded(),
    { reason: 'failed', error: expect.objectContaining({ code: 'OVERLOADED' }) as object },
  ],
  [
    'a refused login',
    apiErrors.authentication(),
    { reason: 'failed', error: expect.objectContaining({ code: 'NOT_LOGGED_IN' }) as object },
  ],
  [
    'a bad request',
    apiErrors.invalidRequest('messages.0: is odd'),
    {
      reason: 'failed',
      error: expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining('is odd') as string,
      }) as object,
    },
  ],
  [
    'a plan that is used up',
    apiErrors.planLimit(Math.floor(Date.now() / 1000) + 3600),
    { reason: 'failed', error: expect.objectContaining({ code: 'PLAN_LIMIT_REACHED' }) as object },
  ],
])('%s ends a turn as what it is', async (_what, behaviour, ending) => {
  agents.standIn.behave(behaviour);
  const events = await agent.turn('Go');
  expect(events.at(-1)).toMatchObject({ type: 'turn_ended', ending });
  expect(types(events).filter((type) => type === 'request_started')).toHaveLength(
    types(events).filter((type) => type === 'request_ended').length,
  );
});

it('a turn ends when it has asked the model as often as it may', async () => {
  const other = await agents.open({ profile: { ...agents.profile, maxTurns: 1 } });
  agents.standIn.behave(calls(bash('ls', 'toolu_m1')));
  expect((await other.turn('Go')).at(-1)).toMatchObject({ ending: { reason: 'max_turns' } });
  await other.process.stop();
});
