import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import { bash, calls } from '../../support/agents/scripted.ts';
import { startAgents, type Agents } from '../../support/agents/start-agents.ts';
import { processesOf } from '../../support/service/home.ts';

let agents: Agents;

beforeAll(async () => {
  agents = await startAgents();
});
afterAll(() => agents.stop());

const allowing = (changes: Partial<AgentProfile> = {}): AgentProfile => ({
  ...agents.profile,
  permissions: { default: 'always_allow', rules: [] },
  ...changes,
});
const system = () => JSON.stringify((agents.standIn.requests.at(-1)?.body as { system: unknown }).system);

it('a call that takes its time is told before it ends', async () => {
  const agent = await agents.open({ profile: allowing() });
  const go = join(agents.workspace, 'go');
  agents.standIn.behave([calls(bash('until [ -e go ]; do sleep 0.05; done', 'toolu_long')), { kind: 'answer' }]);
  await agent.say('Wait');
  const called = await agent.next('tool_called');
  expect(called).toMatchObject({ callId: 'toolu_long' });
  expect(called.permission).not.toBe('ask');
  expect(existsSync(go)).toBe(false);
  writeFileSync(go, '');
  expect(await agent.next('tool_ended')).toMatchObject({ callId: 'toolu_long', isError: false });
  await agent.next('turn_ended');
  await agent.process.stop();
});

it('a call that the profile denies is told as denied', async () => {
  const rules = [{ tool: 'bash', pattern: 'touch *', policy: 'deny' }] as const;
  const agent = await agents.open({ profile: allowing({ permissions: { default: 'always_allow', rules } }) });
  agents.standIn.behave([calls(bash('touch denied-by-rule', 'toolu_deny')), { kind: 'answer' }]);
  const events = await agent.turn('Go');
  expect(events.find(({ type }) => type === 'tool_called')).toMatchObject({ callId: 'toolu_deny', permission: 'deny' });
  expect(events).toContainEqual(expect.objectContaining({ type: 'tool_ended', callId: 'toolu_deny', isError: true }));
  await agent.process.stop();
});

it.each<['append' | 'replace']>([['append'], ['replace']])(
  'a system prompt to %s arrives with the session’s messages, also where they have changed before a resume',
  async (mode) => {
    const profile = allowing({ system: { text: 'Answer like Ada.', mode } });
    const first = await agents.open({ profile, systemMessages: ['It is Monday.'] });
    agents.standIn.behave({ kind: 'answer', text: 'Hello.' });
    await first.turn('Hello');
    expect(system()).toMatch(/Answer like Ada\..*It is Monday\./);
    await first.process.stop();
    const systemMessages = ['It is Monday.', 'It is Tuesday.'];
    const second = await agents.open({ profile, transcript: first.transcript, resume: true, systemMessages });
    await second.turn('Hello again');
    expect(system()).toMatch(/Answer like Ada\..*It is Monday\..*It is Tuesday\./);
    expect(JSON.stringify(agents.standIn.requests.at(-1)?.body)).toMatch(/Hello.*Hello\..*Hello again/);
    await second.process.stop();
  },
);

/** A server with one tool, in as few words as MCP allows. */
const server = `
let rest = '';
process.stdin.on('data', (data) => {
  const lines = (rest + data).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) continue;
    const results = {
      initialize: { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'clock', version: '1' } },
      'tools/list': { tools: [{ name: 'now', description: 'The time', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'noon' }] },
    };
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: results[method] ?? {} }) + '\\n');
  }
});
`;

it('tools of MCP servers and the client’s own stand side by side', async () => {
  const clock = { type: 'stdio', command: process.execPath, args: ['-e', server], env: {} } as const;
  const customTools = [{ name: 'lookup', description: 'Looks up', inputSchema: { type: 'object' } }];
  const agent = await agents.open({ profile: allowing({ mcpServers: { clock } }), customTools });
  agents.standIn.behave([
    calls({ id: 'toolu_now', name: 'mcp__clock__now', input: {} }),
    calls({ id: 'toolu_look', name: 'mcp__client__lookup', input: {} }),
    { kind: 'answer' },
  ]);
  await agent.say('Go');
  const asked = await agent.next('tool_called');
  expect(asked).toMatchObject({ tool: { kind: 'mcp', server: 'clock', name: 'now' } });
  if (asked.permission === 'ask') await agent.process.decide('toolu_now', { allow: true });
  expect(await agent.next('tool_ended')).toMatchObject({ content: [{ type: 'text', text: 'noon' }] });
  expect(await agent.next('tool_called')).toMatchObject({ tool: { kind: 'custom', name: 'lookup' } });
  await agent.process.answer('toolu_look', { content: [], isError: false });
  await agent.next('turn_ended');
  // Its server goes on after an interrupt of a command.
  agents.standIn.behave([
    calls(bash('sleep 4444', 'toolu_sleep')),
    calls({ id: 'toolu_now2', name: 'mcp__clock__now', input: {} }),
    { kind: 'answer' },
  ]);
  await agent.say('Sleep');
  await agent.next('tool_called');
  await agent.process.interrupt();
  await agent.next('turn_ended');
  agents.standIn.behave([calls({ id: 'toolu_now2', name: 'mcp__clock__now', input: {} }), { kind: 'answer' }]);
  await agent.say('Go');
  if ((await agent.next('tool_called')).permission === 'ask') await agent.process.decide('toolu_now2', { allow: true });
  expect(await agent.next('tool_ended')).toMatchObject({ callId: 'toolu_now2', isError: false });
  await agent.next('turn_ended');
  await agent.process.stop();
});

it('a turn ends when it has cost what the session may cost', async () => {
  const agent = await agents.open({ profile: allowing(), maxCostUsd: 0.0015 });
  agents.standIn.behave({ ...calls(bash('ls', 'toolu_cost')), usage: { input_tokens: 1000, output_tokens: 10 } });
  expect((await agent.turn('Go')).at(-1)).toMatchObject({ ending: { reason: 'max_cost' } });
  await agent.process.stop();
});

it('with background tasks a turn ends when the last of them has been told to the model', async () => {
  const agent = await agents.open({ profile: allowing({ backgroundTasks: true }) });
  const task = { description: 'Wait', command: 'until [ -e done ]; do sleep 0.05; done', run_in_background: true };
  let wasTold = false;
  agents.standIn.behave((request) => {
    const said = JSON.stringify((request.body as { messages: unknown }).messages);
    if (!said.includes('tool_result')) return calls({ id: 'toolu_bg', name: 'Bash', input: task });
    wasTold ||= said.includes('task-notification');
    return { kind: 'answer', text: wasTold ? 'It has ended.' : 'It runs.' };
  });
  await agent.say('Go');
  const first = await agent.next('text_ended');
  expect(first.whole).toBe('It runs.');
  expect(agent.events.some(({ type }) => type === 'turn_ended')).toBe(false);
  writeFileSync(join(agents.workspace, 'done'), '');
  await agent.next('turn_ended');
  const texts = agent.events.flatMap((event) => (event.type === 'text_ended' ? [event.whole] : []));
  expect(texts).toEqual(['It runs.', 'It has ended.']);
  expect(agent.events.filter(({ type }) => type === 'turn_ended')).toHaveLength(1);
  await agent.process.stop();
});

it('an interrupt ends the tasks that a turn waits for, and the turn', async () => {
  const agent = await agents.open({ profile: allowing({ backgroundTasks: true }) });
  const task = { description: 'Wait', command: 'sleep 5555', run_in_background: true };
  agents.standIn.behave([calls({ id: 'toolu_bg2', name: 'Bash', input: task }), { kind: 'answer', text: 'It runs.' }]);
  await agent.say('Go');
  await agent.next('text_ended');
  await agent.next('request_ended');
  await agent.process.interrupt();
  expect(await agent.next('turn_ended')).toMatchObject({ ending: { reason: 'interrupted' } });
  expect(processesOf(agents.home).filter((pid) => commandOf(pid).includes('5555'))).toEqual([]);
  agents.standIn.behave({ kind: 'answer', text: 'Here.' });
  await agent.say('Still there?');
  await agent.next('turn_ended');
  expect(agent.events.filter(({ type }) => type === 'turn_ended')).toHaveLength(2);
  await agent.process.stop();
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
