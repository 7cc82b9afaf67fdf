import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { agentsConfig } from '../support/agents/agents-config.ts';
import { bash, calls, message, says, write } from '../support/agents/scripted.ts';
import { textOf, WatchedSession } from '../support/agents/watched-session.ts';
import { cheapModel, startHarness, type Harness } from '../support/harness.ts';
import { conversationOf } from '../support/upstream.ts';

let harness: Harness;
let client: Anthropic;
let folder: string;

const tools: ('bash' | 'read' | 'write' | 'edit')[] = ['bash', 'read', 'write', 'edit'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'agent-work-'));
  const workspaces = [{ path: folder, mode: 'rw' }] as const;
  harness = await startHarness(undefined, {
    agents: agentsConfig({
      free: {
        model: cheapModel,
        workspaces: [...workspaces],
        tools,
        permissions: { default: 'always_allow' },
        sandbox: 'off',
      },
      careful: {
        model: cheapModel,
        workspaces: [...workspaces],
        tools,
        permissions: { default: 'always_ask' },
        sandbox: 'off',
      },
    }),
  });
  client = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
});

afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  harness.standIn.behave({ kind: 'answer', text: 'not scripted' });
});

async function begin(agent: string): Promise<{ id: string; watched: WatchedSession }> {
  const { id } = await client.beta.sessions.create({ agent, environment_id: agent });
  return { id, watched: await WatchedSession.of(client, id) };
}

const send = (id: string, ...events: Parameters<typeof client.beta.sessions.events.send>[1]['events']) =>
  client.beta.sessions.events.send(id, { events });

describe('agents and environments', () => {
  test('are those of the configuration', async () => {
    const agents = await client.beta.agents.list();
    expect(agents.data.map(({ id, version }) => [id, version])).toEqual([
      ['free', 1],
      ['careful', 1],
    ]);
    const agent = await client.beta.agents.retrieve('careful');
    expect(agent.model.id).toBe(cheapModel);
    const environment = await client.beta.environments.retrieve('careful');
    expect(environment).toMatchObject({ id: 'careful', config: { type: 'self_hosted' } });
  });
});

describe('a session', () => {
  test('does what it is asked to, really, and tells all of it', async () => {
    const path = join(folder, 'hello.txt');
    harness.standIn.behave([calls(write(path, 'hello\n')), calls(bash('wc -c hello.txt')), says('It has six bytes.')]);
    const { id, watched } = await begin('free');
    await send(id, message('Write it, and count.'));
    expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
    expect(readFileSync(path, 'utf8')).toBe('hello\n');
    const types = watched.events.map(({ type }) => type).filter((type) => !type.startsWith('span.'));
    expect(types).toEqual([
      'session.status_running',
      'user.message',
      'agent.tool_use',
      'agent.tool_result',
      'agent.tool_use',
      'agent.tool_result',
      'agent.message',
      'session.status_idle',
    ]);
    expect(watched.of('agent.tool_use').map(({ name }) => name)).toEqual(['write', 'bash']);
    // Told without it where a call runs for longer than that takes to find out, as on a busy machine.
    for (const { evaluated_permission: permission } of watched.of('agent.tool_use')) {
      expect(permission ?? 'allow').toBe('allow');
    }
    const [, counted] = watched.of('agent.tool_result');
    expect(textOf(counted)).toContain('6 hello.txt');
    expect(textOf(watched.of('agent.message')[0])).toBe('It has six bytes.');
    expect(watched.of('span.model_request_end')).toHaveLength(3);
    const session = await client.beta.sessions.retrieve(id);
    expect(session.status).toBe('idle');
    expect(session.usage.output_tokens).toBeGreaterThan(0);
  });

  test('goes on with what was said before', async () => {
    harness.standIn.behave(says('Noted.'));
    const { id, watched } = await begin('free');
    await send(id, message('My number is 7.'));
    await watched.untilIdle();
    harness.standIn.behave(says('Seven.'));
    await send(id, message('What is it?'));
    await watched.untilIdle();
    const said = conversationOf(harness.standIn.requests.at(-1)).map(({ role }) => role);
    expect(said).toEqual(['user', 'assistant', 'user']);
  });

  test('shows a text while it is written, under the id that it will have', async () => {
    harness.standIn.behave({ kind: 'answer', deltas: ['One ', 'two ', 'three.'], deltaEveryMs: 500 });
    const { id } = await client.beta.sessions.create({ agent: 'free', environment_id: 'free' });
    const watched = await WatchedSession.of(client, id, { deltas: true });
    await send(id, message('Count.'));
    await watched.untilIdle();
    const [start] = watched.of('event_start');
    const [whole] = watched.of('agent.message');
    expect(start?.event.id).toBe(whole?.id);
    const deltas = watched.of('event_delta').map(({ delta }) => delta.content.text);
    expect(deltas.join('')).toBe('One two three.');
    expect(deltas.length).toBeGreaterThan(1);
  });

  test('takes messages that come meanwhile one after the other', async () => {
    harness.standIn.behave([says('first'), says('second'), says('third')]);
    const { id, watched } = await begin('free');
    await send(id, message('1'), message('2'));
    await send(id, message('3'));
    for (let turn = 0; turn < 3; turn += 1) await watched.untilIdle();
    expect(watched.of('agent.message').map(textOf)).toEqual(['first', 'second', 'third']);
    expect(watched.of('user.message').map(textOf)).toEqual(['1', '2', '3']);
  });
});

describe('what it may not do by itself', () => {
  test('waits for an answer, and runs when it is allowed', async () => {
    const path = join(folder, 'asked.txt');
    harness.standIn.behave([calls(write(path, 'x')), says('Written.')]);
    const { id, watched } = await begin('careful');
    await send(id, message('Write it.'));
    const reason = await watched.untilIdle();
    const [call] = watched.of('agent.tool_use');
    expect(call).toMatchObject({ name: 'write', evaluated_permission: 'ask' });
    expect(reason).toEqual({ type: 'requires_action', event_ids: [call?.id] });
    expect(existsSync(path)).toBe(false);
    await send(id, { type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', result: 'allow' });
    expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
    expect(readFileSync(path, 'utf8')).toBe('x');
    const again = send(id, { type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', result: 'deny' });
    await expect(again).rejects.toMatchObject({ status: 409 });
  });

  test('does not happen when it is refused, and the model learns why', async () => {
    const path = join(folder, 'refused.txt');
    harness.standIn.behave([calls(bash(`touch ${path}`)), says('As you wish.')]);
    const { id, watched } = await begin('careful');
    await send(id, message('Touch it.'));
    await watched.untilIdle();
    const [call] = watched.of('agent.tool_use');
    const deny = { result: 'deny', deny_message: 'Not in this folder.' } as const;
    await send(id, { type: 'user.tool_confirmation', tool_use_id: call?.id ?? '', ...deny });
    expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
    expect(existsSync(path)).toBe(false);
    expect(watched.of('agent.tool_result')[0]).toMatchObject({ is_error: true });
    expect(JSON.stringify(harness.standIn.requests.at(-1)?.body)).toContain('Not in this folder.');
  });

  test('is told to all who watch, and the first answer counts', async () => {
    const path = join(folder, 'both.txt');
    harness.standIn.behave([calls(write(path, 'x')), says('Done.')]);
    const { id, watched } = await begin('careful');
    const other = await WatchedSession.of(client, id);
    await send(id, message('Write it.'));
    await Promise.all([watched.untilIdle(), other.untilIdle()]);
    const callId = watched.of('agent.tool_use')[0]?.id ?? '';
    const answers = await Promise.allSettled(
      (['allow', 'deny'] as const).map((result) =>
        send(id, { type: 'user.tool_confirmation', tool_use_id: callId, result }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await Promise.all([watched.untilIdle(), other.untilIdle()]);
    expect(other.of('user.tool_confirmation')).toHaveLength(1);
    expect(other.events.map((event) => ('id' in event ? event.id : ''))).toEqual(
      watched.events.map((event) => ('id' in event ? event.id : '')),
    );
  });
});

describe('tools of the client', () => {
  test('are answered by the client', async () => {
    harness.standIn.behave([
      calls({ name: 'mcp__client__get_weather', input: { city: 'Paris' } }),
      says('It is sunny in Paris.'),
    ]);
    const { id } = await client.beta.sessions.create({
      agent: {
        type: 'agent_with_overrides',
        id: 'careful',
        tools: [
          {
            type: 'custom',
            name: 'get_weather',
            description: 'The weather of a city.',
            input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          },
        ],
      },
      environment_id: 'careful',
    });
    const watched = await WatchedSession.of(client, id);
    await send(id, message('What is the weather in Paris?'));
    const reason = await watched.untilIdle();
    const [call] = watched.of('agent.custom_tool_use');
    expect(call).toMatchObject({ name: 'get_weather', input: { city: 'Paris' } });
    expect(reason).toEqual({ type: 'requires_action', event_ids: [call?.id] });
    const content = [{ type: 'text' as const, text: 'sunny' }];
    await send(id, { type: 'user.custom_tool_result', custom_tool_use_id: call?.id ?? '', content });
    expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
    expect(textOf(watched.of('agent.message')[0])).toBe('It is sunny in Paris.');
    expect(JSON.stringify(harness.standIn.requests.at(-1)?.body)).toContain('sunny');
  });
});

describe('an interrupt', () => {
  test('ends a command, and the session goes on', async () => {
    const path = join(folder, 'late.txt');
    harness.standIn.behave([calls(bash(`sleep 60; touch ${path}`)), says('not reached')]);
    const { id, watched } = await begin('free');
    await send(id, message('Wait.'));
    await watched.until(({ type }) => type === 'agent.tool_use');
    await send(id, { type: 'user.interrupt' });
    await watched.untilIdle();
    harness.standIn.behave(says('Here.'));
    await send(id, message('Still there?'));
    await watched.untilIdle();
    expect(textOf(watched.of('agent.message').at(-1))).toBe('Here.');
    expect(existsSync(path)).toBe(false);
  });
});

describe('a lost stream', () => {
  test('is gone on with, without a gap and without a repeat', async () => {
    harness.standIn.behave([calls(bash('true')), says('Done.')]);
    const { id, watched } = await begin('free');
    await send(id, message('Do it.'));
    const seen = await watched.until(({ type }) => type === 'agent.tool_use');
    const after = 'id' in seen ? seen.id : '';
    await watched.untilIdle();
    const again = await WatchedSession.of(client, id, { after });
    await again.untilIdle();
    expect(again.events).toEqual(watched.events.slice(watched.events.indexOf(seen) + 1));
  });
});

describe('what is kept', () => {
  test('is listed in pages, filtered, and gone when it is deleted', async () => {
    harness.standIn.behave([calls(bash('true')), says('Done.')]);
    const { id, watched } = await begin('free');
    await send(id, message('Do it.'));
    await watched.untilIdle();
    const listed: string[] = [];
    for await (const event of client.beta.sessions.events.list(id, { limit: 2 })) listed.push(event.id);
    expect(listed).toEqual(watched.events.map((event) => ('id' in event ? event.id : '')));
    const messages = await client.beta.sessions.events.list(id, { types: ['agent.message'], order: 'desc' });
    expect(messages.data.map(({ type }) => type)).toEqual(['agent.message']);
    expect(await client.beta.sessions.delete(id)).toEqual({ id, type: 'session_deleted' });
    await expect(client.beta.sessions.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });
});

test('an agent that was created works in the folder, with less than its profile may do', async () => {
  const kept = join(folder, 'kept.txt');
  const created = await client.beta.agents.create({
    name: 'Writer',
    model: cheapModel,
    system: 'You write.',
    tools: [
      {
        type: 'agent_toolset_20260401',
        default_config: { enabled: false },
        configs: [
          { name: 'read', enabled: true },
          { name: 'write', enabled: true },
        ],
      },
    ],
    metadata: { profile: 'free' },
  });
  expect(created).toMatchObject({ version: 1, name: 'Writer', archived_at: null });
  harness.standIn.behave([calls(write(kept, 'kept')), calls(bash(`rm ${kept}`)), says('Kept.')]);
  const { id } = await client.beta.sessions.create({ agent: created.id, environment_id: 'free' });
  const watched = await WatchedSession.of(client, id);
  await send(id, message('Write it, and remove it.'));
  expect(await watched.untilIdle()).toEqual({ type: 'end_turn' });
  expect(readFileSync(kept, 'utf8')).toBe('kept');
  expect(JSON.stringify(harness.standIn.requests.at(-1)?.body)).toContain('You write.');

  const second = await client.beta.agents.update(created.id, { version: 1, description: 'Writes.', system: null });
  expect(second).toMatchObject({ version: 2, description: 'Writes.', system: null });
  await expect(client.beta.agents.update(created.id, { version: 1, name: 'x' })).rejects.toMatchObject({ status: 409 });
  const versions: number[] = [];
  for await (const { version } of client.beta.agents.versions.list(created.id, { limit: 1 })) versions.push(version);
  expect(versions).toEqual([2, 1]);
  const session = { agent: { type: 'agent', id: created.id, version: 1 }, environment_id: created.id } as const;
  expect((await client.beta.sessions.create(session)).agent.version).toBe(1);
  expect((await client.beta.agents.archive(created.id)).archived_at).not.toBeNull();
  await expect(client.beta.sessions.create(session)).rejects.toMatchObject({ status: 400 });
  const listed = await client.beta.agents.list({ include_archived: true });
  expect(listed.data.map((agent) => agent.id)).toEqual(['free', 'careful', created.id]);
});

test('a chat can still do nothing but chat', async () => {
  const secret = 'what only an agent may see';
  writeFileSync(join(folder, 'secret.txt'), secret);
  harness.standIn.behave(says('Hello.'));
  const answer = await client.messages.create({
    model: cheapModel,
    max_tokens: 100,
    messages: [{ role: 'user', content: `Read @${folder}/secret.txt` }],
  });
  expect(answer.stop_reason).toBe('end_turn');
  const body = harness.standIn.requests.at(-1)?.body as { tools?: unknown[] };
  expect(body.tools ?? []).toEqual([]);
  expect(JSON.stringify(body)).not.toContain(secret);
});
