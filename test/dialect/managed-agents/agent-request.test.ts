import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '../../../src/core/agent-definition.ts';
import {
  chooseProfile,
  parseAgentBody,
  parseAgentUpdateBody,
  toAgentDefinition,
  toAgentPatch,
} from '../../../src/dialect/managed-agents/agent-request.ts';
import { toWireAgent } from '../../../src/dialect/managed-agents/agents.ts';
import { agentOf, profileOf } from '../../support/agents/profile.ts';
import { failureOf } from './failure-of.ts';

const profile = profileOf({
  mcpServers: {
    home: { type: 'http', url: 'https://home.example/mcp?key=secret', headers: {} },
    local: { type: 'stdio', command: 'serve', args: [], env: {} },
  },
});
const home = { type: 'url', name: 'home', url: 'https://home.example/mcp' };
const toolsetOf = (name: string, fields: object = {}) => ({ type: 'mcp_toolset', mcp_server_name: name, ...fields });
const plain = { name: 'Reader', model: 'haiku' };
const definitionOf = (fields: object) => toAgentDefinition(parseAgentBody({ ...plain, ...fields }), profile);
const current: AgentDefinition = {
  ...definitionOf({ system: 'Read.', tools: [toolsetOf('home'), toolsetOf('local')] }),
  metadata: { room: '7' },
};
const patchOf = (fields: object) => toAgentPatch(parseAgentUpdateBody(fields), current, profile);

/** Compiles while these are bodies that Anthropic's client sends. */
export const typesOfClient: [Anthropic.Beta.AgentCreateParams, Anthropic.Beta.AgentUpdateParams] = [
  { name: 'Reader', model: 'haiku', tools: [{ type: 'agent_toolset_20260401' }], execution_identity: null },
  { version: 1, tools: null, mcp_servers: null, skills: null, multiagent: null, metadata: { room: null } },
];

describe('an agent to be created', () => {
  it('has what it names, and nothing else', () => {
    const nothing = { description: null, system: null, tools: [], customTools: [], mcpServers: [], metadata: {} };
    expect(definitionOf({})).toEqual({ ...plain, profile: 'tidy', ...nothing });
    const empty = { description: '', system: '', skills: [], multiagent: null, mcp_servers: [], tools: [] };
    expect(definitionOf({ ...empty, execution_identity: { type: 'service_account' } })).toEqual(definitionOf({}));
  });

  it('takes everything that it may say', () => {
    const weather = { type: 'custom', name: 'weather', description: 'The weather.', input_schema: { type: 'object' } };
    const tools = [
      {
        type: 'agent_toolset_20260401',
        default_config: { enabled: false },
        configs: [
          { name: 'read', enabled: true },
          { name: 'bash', enabled: true, permission_policy: { type: 'always_ask' } },
        ],
      },
      toolsetOf('home', { default_config: { enabled: true, permission_policy: { type: 'always_ask' } }, configs: [] }),
      toolsetOf('local'),
      weather,
    ];
    const body = {
      description: 'Reads.',
      system: 'Read.',
      model: { id: 'haiku', speed: 'standard' },
      mcp_servers: [home],
      metadata: { profile: 'tidy', room: '7' },
      tools,
    };
    expect(definitionOf(body)).toEqual({
      ...{ name: 'Reader', model: 'haiku', profile: 'tidy', description: 'Reads.', system: 'Read.' },
      tools: [{ tool: 'bash', policy: 'always_ask' }, { tool: 'read' }],
      customTools: [{ name: 'weather', description: 'The weather.', inputSchema: { type: 'object' } }],
      mcpServers: ['home', 'local'],
      metadata: { room: '7' },
    });
  });

  it('can be made of what another one was shown as', () => {
    const created = { ...current, tools: [{ tool: 'read' as const }] };
    const {
      model,
      tools,
      mcp_servers: servers,
    } = toWireAgent({
      ...agentOf(),
      profile: { ...profile, name: 'agent_1', tools: ['read'], description: 'Reads.' },
      definition: created,
    });
    expect(definitionOf({ model, tools, mcp_servers: servers })).toMatchObject({
      tools: [{ tool: 'read', policy: 'always_allow' }],
      mcpServers: ['home', 'local'],
    });
  });

  it.each<[string, object]>([
    ['name', { name: '' }],
    ['model', { model: undefined }],
    ['model.effort', { model: { id: 'haiku', effort: 'high' } }],
    ['model.speed', { model: { id: 'haiku', speed: 'fast' } }],
    ['skills', { skills: [{ type: 'anthropic', skill_id: 'xlsx' }] }],
    ['multiagent', { multiagent: { type: 'coordinator', agents: [] } }],
    ['execution_identity.type', { execution_identity: { type: 'aws_role', role_arn: 'arn' } }],
    [
      'tools.0.configs.0.name',
      { tools: [{ type: 'agent_toolset_20260401', configs: [{ name: 'grep', enabled: true }] }] },
    ],
    [
      'tools.0.default_config.permission_policy.type',
      { tools: [{ type: 'agent_toolset_20260401', default_config: { permission_policy: { type: 'auto' } } }] },
    ],
    ['tools.0.mcp_server_name', { tools: [toolsetOf('other')] }],
    ['tools.0.mcp_server_name', { tools: [toolsetOf('home')], mcp_servers: [] }],
    ['tools.0.configs', { tools: [toolsetOf('home', { configs: [{ name: 'open', enabled: false }] })] }],
    ['tools.0.default_config.enabled', { tools: [toolsetOf('home', { default_config: { enabled: false } })] }],
    [
      'tools.0.default_config.permission_policy',
      { tools: [toolsetOf('home', { default_config: { permission_policy: { type: 'always_allow' } } })] },
    ],
    ['tools', { tools: [toolsetOf('home'), toolsetOf('home')] }],
    ['mcp_servers.0.name', { mcp_servers: [home] }],
    ['mcp_servers.0.name', { mcp_servers: [{ ...home, name: 'toString' }] }],
    ['mcp_servers.0.url', { tools: [toolsetOf('home')], mcp_servers: [{ ...home, url: 'https://evil.example/mcp' }] }],
    ['mcp_servers.0.url', { tools: [toolsetOf('local')], mcp_servers: [{ ...home, name: 'local' }] }],
    ['max_turns', { max_turns: 1000 }],
  ])('is refused with the field %s', (field, fields) => {
    const { param, message } = failureOf(() => definitionOf(fields));
    expect(param).toBe(field);
    expect(message).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}: `));
  });
});

describe('the profile of an agent', () => {
  const choose = (metadata: object, names: string[], of?: AgentDefinition) =>
    chooseProfile(
      names.map((name) => agentOf({ name })),
      parseAgentBody({ ...plain, metadata }),
      of,
    ).name;

  it('is the one that it names, the one that it has, or the only one', () => {
    expect(choose({ profile: 'other' }, ['tidy', 'other'])).toBe('other');
    expect(choose({}, ['tidy'])).toBe('tidy');
    expect(choose({}, ['tidy', 'other'], current)).toBe('tidy');
    expect(failureOf(() => choose({}, ['tidy', 'other']))).toMatchObject({
      param: 'metadata.profile',
      message: expect.stringContaining('tidy, other') as string,
    });
    expect(failureOf(() => choose({ profile: 'agent_1' }, ['tidy'])).param).toBe('metadata.profile');
  });
});

describe('a change of an agent', () => {
  it('leaves what it does not name', () => {
    expect(patchOf({})).toEqual({ profile: 'tidy' });
    expect(patchOf({ version: 1, metadata: null, skills: null })).toEqual({ profile: 'tidy' });
  });

  it('clears what is null or empty, but for what cannot be', () => {
    const cleared = { description: null, system: null };
    expect(patchOf({ description: '', system: null })).toEqual({ profile: 'tidy', ...cleared });
    expect(patchOf({ tools: null })).toMatchObject({ tools: [], customTools: [], mcpServers: [] });
    // Those that are programs have no entry that could be cleared.
    expect(patchOf({ mcp_servers: null })).toEqual({ profile: 'tidy', mcpServers: ['local'] });
    expect(patchOf({ mcp_servers: [home] })).toEqual({ profile: 'tidy', mcpServers: ['home', 'local'] });
    expect(patchOf({ metadata: { room: null, floor: '1' } })).toMatchObject({ metadata: { room: null, floor: '1' } });
    expect(failureOf(() => patchOf({ name: null })).param).toBe('name');
    expect(failureOf(() => patchOf({ model: null })).param).toBe('model');
    expect(failureOf(() => patchOf({ metadata: { profile: null } })).param).toBe('metadata.profile');
    expect(failureOf(() => patchOf({ version: 0 })).param).toBe('version');
  });
});

it('an agent that was created is shown under its own name, with its profile', () => {
  const created = toWireAgent({
    ...agentOf({ name: 'agent_1' }),
    definition: { ...current, customTools: [{ name: 'a', description: 'A.', inputSchema: { type: 'object' } }] },
    archivedAt: Date.parse('2026-01-31T12:00:00Z'),
  });
  expect(created).toMatchObject({
    id: 'agent_1',
    name: 'Reader',
    metadata: { room: '7', profile: 'tidy' },
    archived_at: '2026-01-31T12:00:00.000Z',
  });
  expect(created.tools.at(-1)).toMatchObject({ type: 'custom', name: 'a' });
});
