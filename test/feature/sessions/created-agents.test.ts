import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '../../../src/core/agent-definition.ts';
import type { AgentProfile } from '../../../src/core/agent.ts';
import { draft, failure, openAnother, openSessions, profile, untilLast, user } from './open-sessions.ts';

const base: AgentProfile = {
  ...profile,
  description: 'Writes code.',
  system: { text: 'Help.', mode: 'replace' },
  permissions: {
    default: 'always_ask',
    rules: [
      { tool: 'read', policy: 'always_allow' },
      { tool: 'bash', pattern: 'git *', policy: 'always_allow' },
    ],
  },
  mcpServers: { home: { type: 'http', url: 'https://home.example/mcp', headers: {} } },
};
const lookup = { name: 'lookup', description: 'Looks up.', inputSchema: { type: 'object' } };

const definition = (changes: Partial<AgentDefinition> = {}): AgentDefinition => ({
  name: 'Reviewer',
  description: null,
  profile: 'coder',
  model: 'claude-haiku-5',
  system: 'Review.',
  tools: [{ tool: 'read' }, { tool: 'bash', policy: 'always_ask' }],
  customTools: [lookup],
  mcpServers: [],
  metadata: { team: 'one' },
  ...changes,
});

function open(profiles: readonly AgentProfile[] = [base]) {
  const service = openSessions({ profiles });
  return { ...service, created: service.sessions.createdAgents };
}

describe('an agent that was created', () => {
  it('is its profile, narrowed, under an id of its own', async () => {
    const { sessions, created, state } = open();
    const agent = await created.create(undefined, definition());
    expect(agent).toEqual({
      profile: {
        ...base,
        name: expect.stringMatching(/^agent_[0-9a-f]{32}$/) as string,
        description: undefined,
        model: 'claude-haiku-5',
        system: { text: 'Review.', mode: 'replace' },
        tools: ['bash', 'read'],
        permissions: {
          default: 'always_ask',
          rules: [
            { tool: 'read', policy: 'always_allow' },
            { tool: 'bash', pattern: 'git *', policy: 'always_ask' },
            { tool: 'bash', policy: 'always_ask' },
          ],
        },
        mcpServers: {},
      },
      definition: definition(),
      version: 1,
      createdAt: state.clock.now,
      updatedAt: state.clock.now,
    });
    expect(await sessions.agent(undefined, agent.profile.name)).toEqual(agent);
    expect((await sessions.agents(undefined)).map((one) => one.profile.name)).toEqual(['coder']);
  });

  it.each<[string, Partial<AgentDefinition>, string]>([
    ['a model that looks like an option', { model: '--resume' }, 'model'],
    ['a tool that the profile lacks', { tools: [{ tool: 'write' }] }, 'tools[0].name'],
    ['a weaker policy', { tools: [{ tool: 'bash', policy: 'always_allow' }] }, 'tools[0].policy'],
    ['two tools of one name', { customTools: [lookup, lookup] }, 'custom_tools[1].name'],
    ['a server that the profile lacks', { mcpServers: ['toString'] }, 'mcp_servers'],
    ['a profile that there is not', { profile: 'other' }, 'metadata.profile'],
    [
      'too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ''])) },
      'metadata',
    ],
  ])('refuses %s, created or changed', async (_what, changes, param) => {
    const { created } = open();
    const refusal = failure('INVALID_REQUEST', param);
    await expect(created.create(undefined, definition(changes))).rejects.toMatchObject(refusal);
    const { profile: kept } = await created.create(undefined, definition());
    await expect(created.update(undefined, kept.name, changes)).rejects.toMatchObject(refusal);
    expect(await created.list(undefined, { includeArchived: true })).toMatchObject([{ version: 1 }]);
  });

  it('belongs to those who may use its profile', async () => {
    const { sessions, created } = open([{ ...base, tokens: ['sha256:ann'] }]);
    const { profile: own } = await created.create('sha256:ann', definition());
    const hidden = failure('AGENT_NOT_FOUND');
    for (const call of [
      sessions.agent('sha256:bob', own.name),
      sessions.agentVersions('sha256:bob', own.name),
      sessions.create('sha256:bob', draft({ agent: own.name })),
      created.update('sha256:bob', own.name, { name: 'Mine' }),
      created.archive('sha256:bob', own.name),
    ]) {
      await expect(call).rejects.toMatchObject(hidden);
    }
    await expect(created.create('sha256:bob', definition())).rejects.toMatchObject(failure('INVALID_REQUEST'));
    expect(await created.list('sha256:bob', { includeArchived: true })).toEqual([]);
  });
});

describe('a change', () => {
  it('makes a version where it changes anything, and older ones stay', async () => {
    const { sessions, created, state } = open();
    const first = await created.create(undefined, definition());
    const id = first.profile.name;
    state.clock.now += 1000;
    expect(await created.update(undefined, id, { name: 'Reviewer', metadata: { team: 'one' } })).toEqual(first);
    const second = await created.update(undefined, id, { system: null, metadata: { team: null, room: '7' } });
    expect(second).toMatchObject({
      version: 2,
      createdAt: first.createdAt,
      updatedAt: first.createdAt + 1000,
      definition: { name: 'Reviewer', system: null, metadata: { room: '7' } },
    });
    expect(second.definition?.metadata).not.toHaveProperty('team');
    expect(second.profile).not.toHaveProperty('system');
    expect(await sessions.agent(undefined, id, 1)).toEqual(first);
    expect((await sessions.agentVersions(undefined, id)).map(({ version }) => version)).toEqual([2, 1]);
    await expect(sessions.agent(undefined, id, 3)).rejects.toMatchObject({
      ...failure('AGENT_NOT_FOUND'),
      message: expect.stringContaining('the newest is 2') as string,
    });
  });

  it('is refused where somebody has changed it since, also in the meantime', async () => {
    const { created } = open();
    const { profile: agent } = await created.create(undefined, definition());
    await created.update(undefined, agent.name, { name: 'Second' }, 1);
    const conflict = failure('AGENT_CONFLICT');
    await expect(created.update(undefined, agent.name, { name: 'Third' }, 1)).rejects.toMatchObject(conflict);
    const both = await Promise.allSettled(
      ['Third', 'Fourth'].map((name) => created.update(undefined, agent.name, { name }, 2)),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('of an agent of the configuration is for the configuration', async () => {
    const { created } = open();
    for (const call of [created.update(undefined, 'coder', {}), created.archive(undefined, 'coder')]) {
      await expect(call).rejects.toMatchObject(failure('UNSUPPORTED_PARAMETER'));
    }
  });
});

describe('an archived agent', () => {
  it('begins no session and takes no change, and its sessions go on', async () => {
    const service = open();
    const { sessions, created, state } = service;
    const { profile: agent } = await created.create(undefined, definition());
    const { id } = await sessions.create(undefined, draft({ agent: agent.name }));
    state.clock.now += 5;
    const archivedAt = state.clock.now;
    expect(await created.archive(undefined, agent.name)).toMatchObject({ archivedAt, updatedAt: archivedAt });
    state.clock.now += 5;
    expect(await created.archive(undefined, agent.name)).toMatchObject({ archivedAt });
    await expect(sessions.create(undefined, draft({ agent: agent.name }))).rejects.toMatchObject(
      failure('INVALID_REQUEST', 'agent'),
    );
    await expect(sessions.create(undefined, draft({ agent: agent.name, forkOf: id }))).rejects.toMatchObject(
      failure('INVALID_REQUEST', 'agent'),
    );
    await expect(created.update(undefined, agent.name, { name: 'x' })).rejects.toMatchObject(failure('AGENT_CONFLICT'));
    expect(await created.list(undefined, { includeArchived: false })).toEqual([]);
    expect(await created.list(undefined, { includeArchived: true })).toMatchObject([{ archivedAt }]);
    await sessions.send(undefined, id, [user('go')]);
    await untilLast(service, id, 'idle: end_turn');
  });
});

describe('a session', () => {
  it('has the version that it was created with, and what else it narrows', async () => {
    const service = open();
    const { sessions, created, engine } = service;
    const { profile: agent } = await created.create(undefined, definition());
    await created.update(undefined, agent.name, { system: 'Be brief.', customTools: [] });
    const old = await sessions.create(undefined, draft({ agent: agent.name, version: 1, events: [user('go')] }));
    await untilLast(service, old.id, 'idle: end_turn');
    expect(engine.last.options).toMatchObject({
      profile: { name: agent.name, tools: ['bash', 'read'], system: { text: 'Review.' } },
      customTools: [lookup],
    });
    const fork = await sessions.create(undefined, draft({ agent: agent.name, forkOf: old.id }));
    expect(fork.agent.version).toBe(1);
    const overrides = { tools: [{ tool: 'read' as const }] };
    await expect(
      sessions.create(undefined, draft({ agent: agent.name, overrides: { tools: [{ tool: 'grep' }] } })),
    ).rejects.toMatchObject(failure('INVALID_REQUEST', 'agent.tools[0].name'));
    const newest = await sessions.create(undefined, draft({ agent: agent.name, overrides, events: [user('go')] }));
    expect(newest.agent).toMatchObject({ version: 2, definition: { system: 'Be brief.' } });
    await untilLast(service, newest.id, 'idle: end_turn');
    expect(engine.last.options).toMatchObject({
      profile: { tools: ['read'], system: { text: 'Be brief.' } },
      customTools: [],
    });
  });

  it('is narrowed by what is configured now, after a restart, and has nothing that was added', async () => {
    const first = open();
    const { profile: agent } = await first.created.create(undefined, definition());
    const { id } = await first.sessions.create(undefined, draft({ agent: agent.name }));
    await first.sessions.stop();
    const now: AgentProfile = { ...base, tools: ['read', 'write'], permissions: { default: 'deny', rules: [] } };
    const second = openAnother(first, { profiles: [now] });
    await second.sessions.send(undefined, id, [user('go')]);
    await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.last.options).toMatchObject({
      profile: { name: agent.name, model: 'claude-haiku-5', tools: ['read'], permissions: { default: 'deny' } },
      customTools: [lookup],
    });
    expect((await second.sessions.agent(undefined, agent.name)).profile.tools).toEqual(['read']);
  });

  it('ends with an error where the profile is gone, and can still be read', async () => {
    const first = open();
    const { profile: agent } = await first.created.create(undefined, definition());
    const { id } = await first.sessions.create(undefined, draft({ agent: agent.name }));
    await first.sessions.stop();
    const second = openAnother(first, { profiles: [{ ...base, name: 'other' }] });
    const { createdAgents } = second.sessions;
    expect(await createdAgents.list(undefined, { includeArchived: true })).toEqual([]);
    await expect(second.sessions.create(undefined, draft({ agent: agent.name }))).rejects.toMatchObject(
      failure('AGENT_NOT_FOUND'),
    );
    await second.sessions.send(undefined, id, [user('go')]);
    await untilLast(second, id, 'terminated');
    expect(await second.sessions.get(undefined, id)).toMatchObject({
      agent: { version: 1, definition: { name: 'Reviewer' }, profile: { tools: ['bash', 'read'] } },
    });
  });
});
