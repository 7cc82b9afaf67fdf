import { describe, expect, it } from 'vitest';
import { parseCreateBody, toSessionDraft } from '../../../src/dialect/managed-agents/session-request.ts';
import { agentOf } from '../../support/agents/profile.ts';
import { failureOf } from './failure-of.ts';

/** Of an agent that has bash, read, edit and task. */
const read = (...tools: unknown[]) =>
  toSessionDraft(parseCreateBody({ agent: { type: 'agent_with_overrides', id: 'tidy', tools } }), agentOf()).overrides;
const toolset = (fields: object = {}) => ({ type: 'agent_toolset_20260401', ...fields });
const ask = { permission_policy: { type: 'always_ask' } };
const weather = {
  type: 'custom',
  name: 'weather',
  description: 'The weather.',
  input_schema: { type: 'object', properties: {} },
};

describe('the tools of a session', () => {
  it('are those of its agent where all are asked for', () => {
    const all = [{ tool: 'bash' }, { tool: 'read' }, { tool: 'edit' }, { tool: 'task' }];
    expect(read(toolset()).tools).toEqual(all);
    expect(read(toolset({ default_config: null, configs: [] })).tools).toEqual(all);
    expect(read(toolset({ default_config: { enabled: true } })).tools).toEqual(all);
  });

  it('are those that are named where others are off', () => {
    const configs = [
      { name: 'read', enabled: true },
      { name: 'bash', type: 'bash', enabled: true, ...ask },
    ];
    expect(read(toolset({ default_config: { enabled: false }, configs })).tools).toEqual([
      { tool: 'bash', policy: 'always_ask' },
      { tool: 'read' },
    ]);
  });

  it('lack what is off, and have the policy of all where they have none of their own', () => {
    const configs = [
      { name: 'bash', enabled: false },
      { name: 'read', permission_policy: { type: 'always_allow' } },
      { name: 'edit', enabled: null, permission_policy: null },
      // Off anyway.
      { name: 'web_search', enabled: false },
    ];
    expect(read(toolset({ default_config: ask, configs })).tools).toEqual([
      { tool: 'read', policy: 'always_allow' },
      { tool: 'edit', policy: 'always_ask' },
      { tool: 'task', policy: 'always_ask' },
    ]);
  });

  it('are the client’s alone where its own are all', () => {
    expect(read(weather)).toEqual({
      tools: [],
      customTools: [{ name: 'weather', description: 'The weather.', inputSchema: { type: 'object', properties: {} } }],
    });
  });

  it.each<[tools: unknown[], code: string, field: string]>([
    [[{ type: 'mcp_toolset', mcp_server_name: 'a' }], 'INVALID_REQUEST', 'agent.tools.0.type'],
    [[{ type: 'bash_20250124' }], 'INVALID_REQUEST', 'agent.tools.0.type'],
    [[toolset(), toolset()], 'INVALID_REQUEST', 'agent.tools'],
    [[weather, weather], 'INVALID_REQUEST', 'agent.tools'],
    [Array.from({ length: 257 }, (_, index) => ({ ...weather, name: `w${index}` })), 'INVALID_REQUEST', 'agent.tools'],
    [[{ ...weather, name: 'a b' }], 'INVALID_REQUEST', 'agent.tools.0.name'],
    [[{ ...weather, name: 'a'.repeat(129) }], 'INVALID_REQUEST', 'agent.tools.0.name'],
    [[{ ...weather, description: undefined }], 'INVALID_REQUEST', 'agent.tools.0.description'],
    [[{ ...weather, input_schema: { type: 'string' } }], 'INVALID_REQUEST', 'agent.tools.0.input_schema.type'],
    [[toolset({ configs: [{ name: 'rm' }] })], 'INVALID_REQUEST', 'agent.tools.0.configs.0.name'],
    [[toolset({ configs: [{ name: 'bash', type: 'read' }] })], 'INVALID_REQUEST', 'agent.tools.0.configs.0.type'],
    [[toolset({ configs: [{ name: 'bash' }, { name: 'bash' }] })], 'INVALID_REQUEST', 'agent.tools.0.configs'],
    [
      [weather, toolset({ configs: [{ name: 'bash' }, { name: 'grep', enabled: true }] })],
      'INVALID_REQUEST',
      'agent.tools.1.configs.1.name',
    ],
    [
      [toolset({ default_config: { permission_policy: { type: 'auto' } } })],
      'INVALID_REQUEST',
      'agent.tools.0.default_config.permission_policy.type',
    ],
    [
      [toolset({ configs: [{ name: 'web_fetch', allowed_domains: ['a.example'] }] })],
      'UNSUPPORTED_PARAMETER',
      'agent.tools.0.configs.0.allowed_domains',
    ],
    [
      [toolset({ configs: [{ name: 'web_search', user_location: {} }] })],
      'UNSUPPORTED_PARAMETER',
      'agent.tools.0.configs.0.user_location',
    ],
  ])('may not be %j', (tools, code, field) => {
    const { message, ...failure } = failureOf(() => read(...tools));
    expect(failure).toEqual({ code, param: field });
    expect(message.startsWith(`${field}: `)).toBe(true);
  });
});
