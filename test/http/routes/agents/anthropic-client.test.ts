import Anthropic from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../../../src/util/token-hash.ts';
import { FakeSessions } from '../../../support/agents/fake-sessions.ts';
import { profileOf } from '../../../support/agents/profile.ts';
import { listen, testApp, type Listening } from '../../test-app.ts';

type StreamedEvent = Anthropic.Beta.Sessions.BetaManagedAgentsStreamSessionEvents;

let sessions: FakeSessions;
let listening: Listening;
let client: Anthropic;

const clientOf = (apiKey: string) => new Anthropic({ baseURL: listening.url, apiKey, maxRetries: 0 });

beforeEach(async () => {
  const tokens = [hashToken('one')];
  sessions = new FakeSessions(
    ...['a', 'b', 'c'].map((name) => profileOf({ name })),
    profileOf({ name: 'own', tokens }),
  );
  const { app } = testApp(undefined, { sessions, tokenHashes: ['one', 'two'].map(hashToken) });
  listening = await listen(app);
  client = clientOf('one');
});
afterEach(() => listening.close());

const create = (fields: Partial<Anthropic.Beta.SessionCreateParams> = {}) =>
  client.beta.sessions.create({ agent: 'a', environment_id: 'a', ...fields });

async function idsOf(items: AsyncIterable<{ id: string }>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of items) ids.push(id);
  return ids;
}

describe("Anthropic's client", () => {
  it('lists and shows agents, their versions and environments', async () => {
    const { agents, environments } = client.beta;
    expect(await idsOf(agents.list({ limit: 2 }))).toEqual(['a', 'b', 'c', 'own']);
    expect(await agents.retrieve('own')).toMatchObject({ type: 'agent', id: 'own', version: 1 });
    expect(await agents.retrieve('a', { version: 1 })).toMatchObject({ id: 'a' });
    expect(await idsOf(agents.versions.list('a'))).toEqual(['a']);
    expect(await idsOf(environments.list({ limit: 3 }))).toEqual(['a', 'b', 'c', 'own']);
    expect(await environments.retrieve('b')).toMatchObject({ type: 'environment', config: { type: 'self_hosted' } });
  });

  it('learns that environments are not its to change', async () => {
    const changes = [
      () => client.beta.environments.create({ name: 'x' }),
      () => client.beta.environments.update('a', { name: 'x' }),
      () => client.beta.environments.delete('a'),
      () => client.beta.environments.archive('a'),
    ];
    for (const change of changes) {
      const error: unknown = await change().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Anthropic.BadRequestError);
      expect(String(error)).toContain('docs/agents.md');
    }
  });

  it('creates, shows, changes, archives and deletes a session', async () => {
    const session = await create({
      title: 'Photos',
      metadata: { folder: 'holidays', year: '2025' },
      budget: { type: 'limit', max_list_cost: { amount: '2500', currency: 'USD' } },
      initial_events: [{ type: 'user.message', content: [{ type: 'text', text: 'Hello' }] }],
    });
    expect(session).toMatchObject({ type: 'session', title: 'Photos', agent: { id: 'a' }, environment_id: 'a' });
    expect(session.budget?.max_list_cost.amount).toBe('2500');
    expect(await client.beta.sessions.retrieve(session.id)).toEqual({
      ...session,
      stats: expect.anything() as object,
    });

    const changed = await client.beta.sessions.update(session.id, {
      title: null,
      metadata: { year: null, place: 'Oslo' },
      budget: null,
      agent: { tools: [{ type: 'agent_toolset_20260401', configs: [{ name: 'bash', enabled: false }] }] },
    });
    expect(changed).toMatchObject({ title: null, budget: null, metadata: { folder: 'holidays', place: 'Oslo' } });
    expect(changed.metadata).not.toHaveProperty('year');
    expect(changed.agent.tools).toMatchObject([{ configs: [{ name: 'read' }, { name: 'edit' }, { name: 'task' }] }]);

    expect((await client.beta.sessions.resources.list(session.id)).data).toEqual([]);
    expect((await client.beta.sessions.archive(session.id)).archived_at).not.toBeNull();
    expect(await client.beta.sessions.delete(session.id)).toEqual({ id: session.id, type: 'session_deleted' });
    await expect(client.beta.sessions.retrieve(session.id)).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  it('lists sessions page by page, forth and back', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 5; made += 1) ids.unshift((await create()).id);
    expect(await idsOf(client.beta.sessions.list({ limit: 2 }))).toEqual(ids);

    const last = await client.beta.sessions.list({ limit: 2, page: (await secondPage()).next_page });
    expect(last.data.map(({ id }) => id)).toEqual(ids.slice(4));
    expect(last.hasNextPage()).toBe(false);
    const back = await client.beta.sessions.list({ limit: 2, page: last.prev_page });
    expect(back.data.map(({ id }) => id)).toEqual(ids.slice(2, 4));
    const first = await client.beta.sessions.list({ limit: 2, page: back.prev_page });
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(first.prev_page).toBeNull();

    sessions.run(ids[0] ?? '');
    const asked = { statuses: ['running' as const, 'rescheduling' as const], agent_id: 'a', agent_version: 1 };
    expect(await idsOf(client.beta.sessions.list(asked))).toEqual(ids.slice(0, 1));
    expect(await idsOf(client.beta.sessions.list({ 'created_at[lt]': '2020-01-01T00:00:00Z' }))).toEqual([]);

    async function secondPage() {
      return (await client.beta.sessions.list({ limit: 2 })).getNextPage();
    }
  });

  it('sends events, and lists them page by page', async () => {
    const { id } = await create();
    const { data } = await client.beta.sessions.events.send(id, {
      events: [
        { type: 'user.message', content: [{ type: 'text', text: 'Hello' }] },
        { type: 'user.tool_confirmation', tool_use_id: 'sevt_1', result: 'deny', deny_message: 'No.' },
        { type: 'user.custom_tool_result', custom_tool_use_id: 'sevt_2', content: [{ type: 'text', text: 'Rain' }] },
        { type: 'user.interrupt' },
      ],
    });
    expect(data).toMatchObject([
      { type: 'user.message', processed_at: expect.any(String) as string },
      { type: 'user.tool_confirmation', result: 'deny' },
      { type: 'user.custom_tool_result' },
      { type: 'user.interrupt' },
    ]);
    const ids = data?.map((event) => event.id) ?? [];
    expect(await idsOf(client.beta.sessions.events.list(id, { limit: 3 }))).toEqual(ids);
    expect(await idsOf(client.beta.sessions.events.list(id, { order: 'desc', limit: 1 }))).toEqual(ids.toReversed());
    const types = ['user.message' as const, 'user.interrupt' as const];
    expect(await idsOf(client.beta.sessions.events.list(id, { types, limit: 1 }))).toEqual([ids[0], ids[3]]);
  });

  it('follows a session with its texts as they are written', async () => {
    const { id } = await create();
    const stream = await client.beta.sessions.events.stream(id, { event_deltas: ['agent.message'] });
    sessions.say(id, { type: 'session.status_running' });
    sessions.preview(id, { type: 'event_start', event: { type: 'agent.message', id: 'sevt_9' } });
    for (const text of ['Hel', 'lo']) {
      sessions.preview(id, {
        type: 'event_delta',
        event_id: 'sevt_9',
        delta: { type: 'content_delta', index: 0, content: { type: 'text', text } },
      });
    }
    sessions.say(id, { type: 'agent.message', content: [{ type: 'text', text: 'Hello' }] });
    sessions.say(id, { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null });

    const events: StreamedEvent[] = [];
    for await (const event of stream) {
      events.push(event);
      if (event.type === 'session.status_idle') break;
    }
    expect(events.map(({ type }) => type)).toEqual([
      'session.status_running',
      'event_start',
      'event_delta',
      'event_delta',
      'agent.message',
      'session.status_idle',
    ]);
    const deltas = events.flatMap((event) => (event.type === 'event_delta' ? [event.delta.content.text] : []));
    expect(deltas.join('')).toBe('Hello');
    // It has left.
    await expect.poll(() => sessions.watcherCount(id)).toBe(0);
  });

  it('follows a session until it is deleted', async () => {
    const { id } = await create();
    const stream = await client.beta.sessions.events.stream(id);
    await client.beta.sessions.delete(id);
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    expect(types).toEqual(['session.deleted']);
  });

  it('runs its own tools when the agent calls them', async () => {
    const { id } = await create();
    const weather = betaTool({
      name: 'weather',
      description: 'The weather in a city.',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      run: ({ city }) => `Rain in ${city}`,
    });
    const call = sessions.say(id, { type: 'agent.custom_tool_use', name: 'weather', input: { city: 'Oslo' } });
    const waits = { type: 'requires_action' as const, event_ids: [call.id] };
    sessions.say(id, { type: 'session.status_idle', stop_reason: waits, stop_details: null });

    for await (const { isError } of client.beta.sessions.events.toolRunner(id, { tools: [weather], maxIdleMs: 1 })) {
      expect(isError).toBe(false);
      sessions.say(id, { type: 'session.status_idle', stop_reason: { type: 'end_turn' }, stop_details: null });
    }
    expect(sessions.sent).toEqual([
      {
        type: 'user.custom_tool_result',
        custom_tool_use_id: call.id,
        content: [{ type: 'text', text: 'Rain in Oslo' }],
        is_error: false,
      },
    ]);
  });

  it('gets failures as its own errors', async () => {
    const { id } = await create();
    const other = clientOf('two').beta;
    await expect(clientOf('three').beta.agents.retrieve('a')).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    await expect(other.agents.retrieve('own')).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(other.sessions.retrieve(id)).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(other.sessions.events.stream(id)).rejects.toBeInstanceOf(Anthropic.NotFoundError);
    await expect(create({ environment_id: 'b' })).rejects.toThrow('environment_id');
    await expect(create({ vault_ids: ['vlt_1'] })).rejects.toBeInstanceOf(Anthropic.BadRequestError);
    sessions.run(id);
    await expect(client.beta.sessions.archive(id)).rejects.toBeInstanceOf(Anthropic.ConflictError);
  });
});
