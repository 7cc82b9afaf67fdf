import { describe, expect, it } from 'vitest';
import type { AgentProfile } from '../../../src/core/agent.ts';
import type { AgentOverrides } from '../../../src/core/sessions.ts';
import { draft, failure, openAnother, openSessions, profile, untilLast, user } from './open-sessions.ts';

const secret: AgentProfile = { ...profile, name: 'secret', tokens: ['sha256:ann'] };

describe('agents', () => {
  it('get a version when their profile has changed since the last start, tokens aside', async () => {
    const first = openSessions();
    const at = first.state.clock.now;
    expect(await first.sessions.agent(undefined, 'coder')).toEqual({
      profile,
      version: 1,
      createdAt: at,
      updatedAt: at,
    });
    first.state.clock.now += 1000;
    const same = openAnother(first, { profiles: [{ ...profile, tokens: ['sha256:ann'] }] });
    expect((await same.sessions.agent('sha256:ann', 'coder')).version).toBe(1);
    const changed = openAnother(first, { profiles: [{ ...profile, model: 'claude-opus-5' }] });
    expect(await changed.sessions.agent(undefined, 'coder')).toMatchObject({
      version: 2,
      profile: { model: 'claude-opus-5' },
      createdAt: at,
      updatedAt: at + 1000,
    });
    expect((await changed.sessions.agent(undefined, 'coder', 1)).profile.model).toBe(profile.model);
    const versions = await changed.sessions.agentVersions(undefined, 'coder');
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
    await expect(changed.sessions.agent(undefined, 'coder', 3)).rejects.toMatchObject(failure('AGENT_NOT_FOUND'));
  });

  it('are those that the caller may use; others do not exist', async () => {
    const { sessions } = openSessions({ profiles: [profile, secret] });
    const names = async (caller?: string) => (await sessions.agents(caller)).map((agent) => agent.profile.name);
    expect([await names('sha256:ann'), await names('sha256:bob'), await names()]).toEqual([
      ['coder', 'secret'],
      ['coder'],
      ['coder'],
    ]);
    for (const call of [
      sessions.agent('sha256:bob', 'secret'),
      sessions.agentVersions('sha256:bob', 'secret'),
      sessions.create('sha256:bob', draft({ agent: 'secret' })),
      sessions.agent('sha256:bob', 'nobody'),
    ]) {
      await expect(call).rejects.toMatchObject(failure('AGENT_NOT_FOUND'));
    }
  });

  it('are created at their current version only', async () => {
    const { sessions } = openSessions();
    await expect(sessions.create(undefined, draft({ version: 2 }))).rejects.toMatchObject({
      ...failure('INVALID_REQUEST', 'agent.version'),
      message: expect.stringContaining('at version 1') as unknown,
    });
    expect((await sessions.create(undefined, draft({ version: 1 }))).agent.version).toBe(1);
  });
});

describe('overrides', () => {
  const strict: AgentProfile = {
    ...profile,
    permissions: {
      default: 'always_ask',
      rules: [
        { tool: 'read', policy: 'always_allow' },
        { tool: 'bash', pattern: 'git *', policy: 'always_allow' },
      ],
    },
  };

  it.each<[string, AgentOverrides, string]>([
    ['a model that looks like an option', { model: '--resume' }, 'agent.model'],
    ['a tool that the agent has not', { tools: [{ tool: 'bash' }, { tool: 'write' }] }, 'agent.tools[1].name'],
    ['a tool twice', { tools: [{ tool: 'bash' }, { tool: 'bash' }] }, 'agent.tools[1].name'],
    ['a weaker policy', { tools: [{ tool: 'bash', policy: 'always_allow' }] }, 'agent.tools[0].policy'],
    [
      'two custom tools of one name',
      { customTools: ['a', 'a'].map((name) => ({ name, description: '', inputSchema: {} })) },
      'agent.custom_tools[1].name',
    ],
  ])('refuse %s', async (_what, overrides, param) => {
    const { sessions } = openSessions({ profiles: [strict] });
    const refusal = failure('INVALID_REQUEST', param);
    await expect(sessions.create(undefined, draft({ overrides }))).rejects.toMatchObject(refusal);
    const { id } = await sessions.create(undefined, draft());
    await expect(sessions.update(undefined, id, { overrides })).rejects.toMatchObject(refusal);
  });

  it('narrow what the engine gets', async () => {
    const service = openSessions({ profiles: [strict] });
    const overrides: AgentOverrides = {
      model: 'claude-haiku-5',
      system: 'Be brief.',
      tools: [
        { tool: 'read', policy: 'deny' },
        { tool: 'bash', policy: 'always_ask' },
      ],
      customTools: [{ name: 'lookup', description: 'Looks up.', inputSchema: { type: 'object' } }],
    };
    const { id } = await service.sessions.create(undefined, draft({ overrides, events: [user('go')] }));
    await untilLast(service, id, 'idle: end_turn');
    expect(service.engine.last.options).toEqual({
      profile: {
        ...strict,
        model: 'claude-haiku-5',
        system: { text: 'Be brief.', mode: 'append' },
        tools: ['bash', 'read'],
        permissions: {
          default: 'always_ask',
          rules: [
            { tool: 'bash', pattern: 'git *', policy: 'always_ask' },
            { tool: 'read', policy: 'deny' },
            { tool: 'bash', policy: 'always_ask' },
          ],
        },
      },
      transcript: expect.any(String) as unknown,
      resume: false,
      past: [],
      customTools: overrides.customTools,
      systemMessages: [],
    });
  });

  it('narrow what is configured now: what the owner takes away is gone for old sessions too', async () => {
    const first = openSessions({ profiles: [{ ...strict, system: { text: 'Help.', mode: 'replace' } }] });
    const overrides: AgentOverrides = { system: null, tools: [{ tool: 'read' }, { tool: 'bash' }] };
    const { id } = await first.sessions.create(undefined, draft({ overrides }));
    await first.sessions.stop();
    const now: AgentProfile = { ...strict, tools: ['read'], permissions: { default: 'deny', rules: [] } };
    const second = openAnother(first, { profiles: [now] });
    await second.sessions.send(undefined, id, [user('go')]);
    await untilLast(second, id, 'idle: end_turn');
    expect(second.engine.last.options.profile).toEqual({ ...now, tools: ['read'] });
    expect((await second.sessions.get(undefined, id)).agent).toMatchObject({
      version: 1,
      profile: { tools: strict.tools },
    });
  });

  it("of an agent that is gone, or no longer the caller's, end the session with an error that names it", async () => {
    const caller = 'sha256:ann';
    const first = openSessions({ profiles: [secret] });
    const { id } = await first.sessions.create(caller, draft({ agent: 'secret' }));
    await first.sessions.stop();
    const second = openAnother(first, { profiles: [{ ...secret, tokens: ['sha256:bob'] }] });
    await second.sessions.send(caller, id, [user('go')]);
    const events = await untilLast(second, id, 'terminated', caller);
    expect(events.slice(-2)).toMatchObject([
      {
        type: 'session.error',
        error: { message: expect.stringContaining('"secret"') as unknown, retry_status: { type: 'terminal' } },
      },
      { type: 'session.status_terminated' },
    ]);
    expect(await second.sessions.get(caller, id)).toMatchObject({ status: 'terminated', agent: { version: 1 } });
    await expect(second.sessions.send(caller, id, [user('x')])).rejects.toMatchObject(failure('SESSION_CONFLICT'));
    expect(second.engine.processes).toEqual([]);
  });
});
