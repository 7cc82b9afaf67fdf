import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { without } from '../../../src/core/without.ts';
import type { Behaviour } from '../../../src/stand-in/behaviour.ts';
import { openAgentHouse, type AgentHouse, type RunningHouse } from '../../support/agents/agent-house.ts';
import { bash, calls, message, says, write } from '../../support/agents/scripted.ts';
import { textOf, WatchedSession } from '../../support/agents/watched-session.ts';
import { processesOf } from '../../support/service/home.ts';

let house: AgentHouse;
let running: RunningHouse | undefined;
let client: Anthropic;

beforeEach(async () => {
  house = await openAgentHouse();
  await restart();
});

afterEach(async () => {
  running = undefined;
  await house.stop();
});

/** Ends the service that runs, and starts another over what it has left. */
async function restart(): Promise<void> {
  await running?.service.stop();
  running = await house.start();
  client = running.client;
}

const writes = (path: string): Behaviour => calls(write(path));
const runs = (command: string): Behaviour => calls(bash(command));

async function begin(text: string, tools: object[] = []): Promise<{ id: string; watched: WatchedSession }> {
  const agent = tools.length === 0 ? 'careful' : { type: 'agent_with_overrides' as const, id: 'careful', tools };
  const { id } = await client.beta.sessions.create({
    agent: agent as Parameters<typeof client.beta.sessions.create>[0]['agent'],
    environment_id: 'careful',
  });
  const watched = await WatchedSession.of(client, id);
  await client.beta.sessions.events.send(id, { events: [message(text)] });
  return { id, watched };
}

const lastRequest = (): string => JSON.stringify(house.standIn.requests.at(-1)?.body);

test('a session goes on with all that was said before', async () => {
  house.standIn.behave(says('Noted.'));
  const { id, watched } = await begin('My number is 7.');
  await watched.untilIdle();
  await restart();
  house.standIn.behave(says('Seven.'));
  const after = await WatchedSession.of(client, id);
  await client.beta.sessions.events.send(id, { events: [message('What is it?')] });
  expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(lastRequest()).toContain('My number is 7.');
  expect(lastRequest()).toContain('Noted.');
});

test('a turn that was cut off says so, keeps what had come, and leaves nothing running', async () => {
  house.standIn.behave([runs('sleep 71'), says('not reached')]);
  const { id, watched } = await begin('Wait.');
  const call = await watched.until(({ type }) => type === 'agent.tool_use');
  await restart();
  const commands = processesOf(house.home).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  expect(commands.filter((command) => command.startsWith('sleep'))).toEqual([]);
  const after = await WatchedSession.of(client, id, { after: 'id' in call ? call.id : '' });
  expect(await after.untilIdle()).toEqual({ type: 'retries_exhausted' });
  expect(after.of('session.error')[0]?.error.message).toContain('shut down during the turn');
  house.standIn.behave(says('Here.'));
  await client.beta.sessions.events.send(id, { events: [message('Go on.')] });
  expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(textOf(after.of('agent.message')[0])).toBe('Here.');
});

test('a tool of the client is answered after a restart', async () => {
  const weather = {
    type: 'custom',
    name: 'get_weather',
    description: 'The weather of a city.',
    input_schema: { type: 'object', properties: { city: { type: 'string' } } },
  };
  house.standIn.behave([
    { kind: 'answer', toolUses: [{ name: 'mcp__client__get_weather', input: { city: 'Paris' } }] },
    says('Sunny.'),
  ]);
  const { id, watched } = await begin('The weather?', [weather]);
  await watched.untilIdle();
  const callId = watched.of('agent.custom_tool_use')[0]?.id ?? '';
  await restart();
  const after = await WatchedSession.of(client, id);
  const content = [{ type: 'text' as const, text: 'sunny, 20 degrees' }];
  await client.beta.sessions.events.send(id, {
    events: [{ type: 'user.custom_tool_result', custom_tool_use_id: callId, content }],
  });
  expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(lastRequest()).toContain('sunny, 20 degrees');
  expect(textOf(after.of('agent.message').at(-1))).toBe('Sunny.');
});

test('what was asked before a restart is allowed after it, and then happens', async () => {
  const path = join(house.folder, 'late.txt');
  house.standIn.behave([writes(path), writes(path), says('Written.')]);
  const { id, watched } = await begin('Write it.');
  await watched.untilIdle();
  const callId = watched.of('agent.tool_use')[0]?.id ?? '';
  await restart();
  expect(existsSync(path)).toBe(false);
  const after = await WatchedSession.of(client, id);
  await client.beta.sessions.events.send(id, {
    events: [{ type: 'user.tool_confirmation', tool_use_id: callId, result: 'allow' }],
  });
  expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(readFileSync(path, 'utf8')).toBe('x');
});

test('what was asked before a restart and is refused after it does not happen', async () => {
  const path = join(house.folder, 'refused.txt');
  house.standIn.behave([writes(path), says('As you wish.')]);
  const { id, watched } = await begin('Write it.');
  await watched.untilIdle();
  const callId = watched.of('agent.tool_use')[0]?.id ?? '';
  await restart();
  const after = await WatchedSession.of(client, id);
  const refusal = { result: 'deny', deny_message: 'Not this file.' } as const;
  await client.beta.sessions.events.send(id, {
    events: [{ type: 'user.tool_confirmation', tool_use_id: callId, ...refusal }],
  });
  expect(await after.untilIdle()).toEqual({ type: 'end_turn' });
  expect(existsSync(path)).toBe(false);
  expect(lastRequest()).toContain('Not this file.');
});

test('a session whose transcript is gone says so, and another one goes on from its events', async () => {
  house.standIn.behave([runs('echo hi'), says('Noted.')]);
  const { id, watched } = await begin('My number is 7.');
  await watched.untilIdle();
  await restart();
  const projects = join(house.home, '.claude/projects');
  for (const name of readdirSync(projects)) rmSync(join(projects, name), { recursive: true });
  const after = await WatchedSession.of(client, id);
  await client.beta.sessions.events.send(id, { events: [message('What is it?')] });
  await after.untilIdle();
  expect(after.of('session.error')[0]?.error.message).toContain('fork_from');

  const fork = await client.beta.sessions.create({
    fork_from: id,
    environment_id: 'careful',
  } as unknown as Parameters<typeof client.beta.sessions.create>[0]);
  expect(fork).toMatchObject({ agent: { id: 'careful' }, metadata: { forked_from: id } });
  const forked = await WatchedSession.of(client, fork.id);
  house.standIn.behave(says('Seven.'));
  await client.beta.sessions.events.send(fork.id, { events: [message('Well?')] });
  expect(await forked.untilIdle()).toEqual({ type: 'end_turn' });
  const listed = await client.beta.sessions.events.list(fork.id, { types: ['agent.tool_use'] });
  const callId = listed.data[0]?.id;
  expect(said()).toEqual([
    ['user', { type: 'text', text: 'My number is 7.' }],
    ['assistant', { type: 'tool_use', id: callId, name: 'Bash', input: { command: 'echo hi' } }],
    ['user', { type: 'tool_result', tool_use_id: callId, content: [{ type: 'text', text: 'hi' }] }],
    ['assistant', { type: 'text', text: 'Noted.' }],
    ['user', { type: 'text', text: 'What is it?' }],
    // What the CLI makes of a message that has no answer.
    ['assistant', { type: 'text', text: 'No response requested.' }],
    ['user', { type: 'text', text: 'Well?' }],
  ]);

  house.standIn.behave(says('Still seven.'));
  await restart();
  const again = await WatchedSession.of(client, fork.id);
  await client.beta.sessions.events.send(fork.id, { events: [message('Sure?')] });
  await again.untilIdle();
  expect(
    said()
      .slice(-3)
      .map(([role]) => role),
  ).toEqual(['user', 'assistant', 'user']);
  expect(said().at(-2)).toEqual(['assistant', { type: 'text', text: 'Seven.' }]);
});

/** The blocks of the last request to the model with who says them, without the CLI's notes and marks. */
function said(): [role: string, block: object][] {
  const { messages } = house.standIn.requests.at(-1)?.body as {
    messages: { role: string; content: Record<string, unknown>[] }[];
  };
  const isNote = ({ text }: Record<string, unknown>) => String(text).startsWith('<system-reminder>');
  return messages.flatMap(({ role, content }) =>
    content.filter((block) => !isNote(block)).map((block): [string, object] => [role, without(block, 'cache_control')]),
  );
}
