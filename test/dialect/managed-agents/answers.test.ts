import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { Agent, Session } from '../../../src/core/sessions.ts';
import { toWireAgent, toWireSessionAgent } from '../../../src/dialect/managed-agents/agents.ts';
import { toWireEnvironment } from '../../../src/dialect/managed-agents/environments.ts';
import { cutPage, toWirePage } from '../../../src/dialect/managed-agents/pages.ts';
import { toWireSession } from '../../../src/dialect/managed-agents/sessions.ts';
import { sessionEvents } from '../../../src/dialect/managed-agents/stream-format.ts';
import type { WireAgent, WireEnvironment, WireSession } from '../../../src/dialect/managed-agents/types.ts';
import { profileOf } from '../../support/agents/profile.ts';
import { failureOf } from './failure-of.ts';

const noon = Date.parse('2026-01-31T12:00:00Z');
const at = (seconds: number) => new Date(noon + seconds * 1000).toISOString();
const agentOf = (changes: Parameters<typeof profileOf>[0] = {}): Agent => ({
  profile: profileOf(changes),
  version: 2,
  createdAt: noon,
  updatedAt: noon + 1000,
});
const config = (name: string, policy: string, enabled = true) => ({
  type: name,
  name,
  enabled,
  permission_policy: { type: policy },
});

type Wire<Type> = Omit<Type, 'agent' | 'tools'>;

/** Compiles while what is sent has the types of Anthropic's client, but for the names of the tools that only the CLI has. */
export const typesOfClient = {
  agent: (agent: WireAgent): Wire<Anthropic.Beta.BetaManagedAgentsAgent> => agent,
  sessionAgent: ({ agent }: WireSession): Wire<Anthropic.Beta.BetaManagedAgentsSession['agent']> => agent,
  session: (session: WireSession): Wire<Anthropic.Beta.BetaManagedAgentsSession> => session,
  environment: (environment: WireEnvironment): Anthropic.Beta.BetaEnvironment => environment,
};

describe('an agent', () => {
  it('has every field of the API', () => {
    expect(toWireAgent(agentOf())).toEqual({
      type: 'agent',
      id: 'tidy',
      name: 'tidy',
      description: 'Keeps the photos in order.',
      version: 2,
      model: { id: 'sonnet', speed: 'standard' },
      system: null,
      tools: [
        {
          type: 'agent_toolset_20260401',
          configs: [
            config('bash', 'always_ask'),
            config('read', 'always_allow'),
            config('edit', 'always_ask'),
            config('task', 'always_ask'),
          ],
          default_config: { enabled: false, permission_policy: { type: 'always_ask' } },
        },
      ],
      mcp_servers: [],
      skills: [],
      multiagent: null,
      execution_identity: { type: 'service_account' },
      metadata: {},
      created_at: at(0),
      updated_at: at(1),
      archived_at: null,
    });
  });

  it('has no tool of which every call is refused, and the strictest of its policies', () => {
    const rules = [
      { tool: 'bash', policy: 'always_allow' },
      { tool: 'bash', policy: 'always_ask' },
      { tool: 'read', policy: 'deny' },
      { tool: 'edit', pattern: '*.md', policy: 'deny' },
    ] as const;
    const permissions = { default: 'always_allow', rules } as const;
    const [toolset] = toWireAgent(agentOf({ permissions, tools: ['bash', 'read', 'edit', 'web_fetch'] })).tools;
    expect(toolset).toMatchObject({
      configs: [
        config('bash', 'always_ask'),
        config('read', 'always_ask', false),
        config('edit', 'always_allow'),
        { ...config('web_fetch', 'always_allow'), url_sources: null },
      ],
    });
  });

  it('names its MCP servers, without what may be secret', () => {
    const { mcp_servers: servers, tools } = toWireAgent(
      agentOf({
        mcpServers: {
          home: { type: 'http', url: 'https://user:pass@home.example/mcp?key=secret#x', headers: { a: 'secret' } },
          local: { type: 'stdio', command: 'serve', args: ['secret'], env: {} },
        },
      }),
    );
    expect(servers).toEqual([{ type: 'url', name: 'home', url: 'https://home.example/mcp' }]);
    const toolset = { type: 'mcp_toolset', configs: [], default_config: { enabled: true } };
    expect(tools.slice(1)).toMatchObject([
      { ...toolset, mcp_server_name: 'home' },
      { ...toolset, mcp_server_name: 'local' },
    ]);
  });

  it('is in a session as the session has changed it', () => {
    const agent = agentOf({ system: { text: 'Be kind.', mode: 'append' } });
    expect(toWireSessionAgent(agent, {}).system).toBe('Be kind.');
    const changed = toWireSessionAgent(agent, {
      model: 'haiku',
      system: null,
      tools: [
        { tool: 'bash', policy: 'always_allow' },
        { tool: 'read', policy: 'deny' },
      ],
      customTools: [{ name: 'weather', description: 'The weather.', inputSchema: { type: 'object' } }],
    });
    expect(changed).toMatchObject({ model: { id: 'haiku' }, system: null });
    expect(changed).not.toHaveProperty('created_at');
    expect(changed.tools).toMatchObject([
      // Never less strict than the profile.
      { configs: [config('bash', 'always_ask'), config('read', 'always_ask', false)] },
      { type: 'custom', name: 'weather', description: 'The weather.', input_schema: { type: 'object' } },
    ]);
  });
});

it('an environment is the folders of its agent', () => {
  expect(toWireEnvironment(agentOf())).toEqual({
    type: 'environment',
    id: 'tidy',
    name: 'tidy',
    description: '/srv/photos, /srv/music (read-only)',
    config: { type: 'self_hosted' },
    metadata: { '/srv/photos': 'rw', '/srv/music': 'ro' },
    created_at: at(0),
    updated_at: at(1),
    archived_at: null,
  });
});

describe('a session', () => {
  const session: Session = {
    id: 'sesn_1',
    agent: agentOf(),
    overrides: {},
    title: null,
    metadata: { a: 'b' },
    status: 'idle',
    createdAt: noon,
    updatedAt: noon + 2000,
    usage: {
      input_tokens: 10,
      output_tokens: 7,
      cache_creation_input_tokens: 3,
      cache_read_input_tokens: 5,
      costUsd: 0.127,
    },
    activeMs: 1500,
  };

  it('has every field of the API', () => {
    expect(toWireSession(session, noon + 60_000)).toEqual({
      type: 'session',
      id: 'sesn_1',
      agent: toWireSessionAgent(session.agent, {}),
      environment_id: 'tidy',
      status: 'idle',
      title: null,
      metadata: { a: 'b' },
      budget: null,
      usage: {
        input_tokens: 10,
        output_tokens: 7,
        cache_read_input_tokens: 5,
        cache_creation: { ephemeral_1h_input_tokens: 3, ephemeral_5m_input_tokens: 0 },
        list_cost: { amount: '13', currency: 'USD' },
        server_tool_use: null,
        active_seconds: 1.5,
      },
      stats: { active_seconds: 1.5, duration_seconds: 60 },
      created_at: at(0),
      updated_at: at(2),
      archived_at: null,
      resources: [],
      outcome_evaluations: [],
      vault_ids: [],
      deployment_id: null,
    });
  });

  it('names the machine that has it, where that is another one', () => {
    expect(toWireSession({ ...session, machine: 'garage' }, noon)).toMatchObject({ machine: 'garage' });
  });

  it('has its budget in cents, and grows no older when it has ended', () => {
    const ended = { ...session, maxCostUsd: 25, status: 'terminated' as const, archivedAt: noon + 3000 };
    expect(toWireSession(ended, noon + 60_000)).toMatchObject({
      budget: { type: 'limit', max_list_cost: { amount: '2500', currency: 'USD' } },
      stats: { duration_seconds: 2 },
      archived_at: at(3),
    });
  });
});

describe('pages', () => {
  it('name those before and after', () => {
    const page = { data: [1], next: 'n', previous: 'p' };
    expect(toWirePage(page, String)).toEqual({ data: ['1'], next_page: 'n', prev_page: 'p' });
    expect(toWirePage({ data: [] }, String)).toEqual({ data: [], next_page: null, prev_page: null });
  });

  it('of a short list follow one another without a gap or a repeat', () => {
    const cut = (limit: number, page?: string) =>
      cutPage(['a', 'b', 'c'], { limit, ...(page !== undefined && { page }) }, (item) => item);
    expect(cut(3)).toEqual({ data: ['a', 'b', 'c'], next_page: null });
    expect(cut(2)).toEqual({ data: ['a', 'b'], next_page: 'b' });
    expect(cut(2, 'b')).toEqual({ data: ['c'], next_page: null });
    expect(failureOf(() => cut(2, 'x')).param).toBe('page');
  });
});

it('events of a stream have their type for a name and their id, but for previews, which nobody can go on from', () => {
  const { toFrame } = sessionEvents;
  expect(toFrame({ type: 'agent.thinking', id: 'sevt_1' })).toBe(
    'id: sevt_1\nevent: agent.thinking\ndata: {"type":"agent.thinking","id":"sevt_1"}\n\n',
  );
  expect(toFrame({ type: 'event_delta', event_id: 'a' })).toBe(
    'event: event_delta\ndata: {"type":"event_delta","event_id":"a"}\n\n',
  );
});
