import { describe, expect, it } from 'vitest';
import {
  parseCreateBody,
  parseUpdateBody,
  toSessionDraft,
  toSessionPatch,
} from '../../../src/dialect/managed-agents/session-request.ts';
import { agentOf, profileOf } from '../../support/agents/profile.ts';
import { failureOf } from './failure-of.ts';

const draft = (body: object) => toSessionDraft(parseCreateBody(body), agentOf());
const patch = (body: object) => toSessionPatch(parseUpdateBody(body), profileOf());
const overridden = (fields: object) => ({ agent: { type: 'agent_with_overrides', id: 'tidy', ...fields } });
const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
const hello = { type: 'user.message', content: [{ type: 'text', text: 'Hello' }] };
const limit = (amount: unknown, currency = 'USD') => ({
  budget: { type: 'limit', max_list_cost: { amount, currency } },
});

describe('a session to be created', () => {
  it('needs nothing but its agent', () => {
    const plain = { agent: 'tidy', overrides: {}, title: null, metadata: {}, events: [] };
    expect(draft({ agent: 'tidy' })).toEqual(plain);
    expect(draft({ agent: { type: 'agent', id: 'tidy' }, environment_id: 'tidy' })).toEqual(plain);
    // What asks for nothing.
    const nothing = { title: null, budget: null, metadata: {}, resources: [], vault_ids: [], initial_events: [] };
    expect(draft({ agent: 'tidy', ...nothing })).toEqual(plain);
  });

  it('takes everything that it may say', () => {
    const system = { type: 'system.message', content: 'Hurry.' };
    const body = {
      agent: { type: 'agent', id: 'tidy', version: 3 },
      title: 'Photos',
      metadata: { folder: 'holidays' },
      ...limit('2500'),
      initial_events: [hello, system],
    };
    expect(draft(body)).toEqual({
      agent: 'tidy',
      version: 3,
      overrides: {},
      title: 'Photos',
      metadata: { folder: 'holidays' },
      maxCostUsd: 25,
      events: [hello, { ...system, content: [{ type: 'text', text: 'Hurry.' }] }],
    });
  });

  it.each([
    [{}, {}],
    [{ model: 'haiku' }, { model: 'haiku' }],
    [{ model: { id: 'haiku', speed: 'standard', effort: null } }, { model: 'haiku' }],
    [{ system: null }, { system: null }],
    [{ system: 'Be kind.', skills: null, mcp_servers: null }, { system: 'Be kind.' }],
    [{ tools: [] }, { tools: [], customTools: [] }],
  ])('reads the overrides %j', (fields, overrides) => {
    expect(draft(overridden(fields)).overrides).toEqual(overrides);
  });

  it.each<[body: object, field: string]>([
    [{}, 'agent'],
    [{ agent: 7 }, 'agent'],
    [{ agent: '' }, 'agent.id'],
    [{ agent: { id: 'tidy' } }, 'agent.type'],
    [{ agent: { type: 'deployment', id: 'd' } }, 'agent.type'],
    [{ agent: { type: 'agent', id: 'tidy', version: 0 } }, 'agent.version'],
    [overridden({ system: 'a'.repeat(100_001) }), 'agent.system'],
    [overridden({ model: { id: 'haiku', speed: 'fast' } }), 'agent.model.speed'],
    [{ agent: 'tidy', environment_id: 'other' }, 'environment_id'],
    [{ agent: 'tidy', title: 'a'.repeat(501) }, 'title'],
    [{ agent: 'tidy', metadata: pairs(17) }, 'metadata'],
    [{ agent: 'tidy', metadata: { ['k'.repeat(65)]: 'v' } }, 'metadata'],
    [{ agent: 'tidy', metadata: { '': 'v' } }, 'metadata'],
    [{ agent: 'tidy', metadata: { key: 'v'.repeat(513) } }, 'metadata.key'],
    [{ agent: 'tidy', metadata: { key: 7 } }, 'metadata.key'],
    [{ agent: 'tidy', metadata: { 'no\nname': 7 } }, 'metadata.?'],
    [{ agent: 'tidy', ...limit(2500) }, 'budget.max_list_cost.amount'],
    [{ agent: 'tidy', ...limit('0') }, 'budget.max_list_cost.amount'],
    [{ agent: 'tidy', ...limit('2.50') }, 'budget.max_list_cost.amount'],
    [{ agent: 'tidy', ...limit('1', 'EUR') }, 'budget.max_list_cost.currency'],
    [{ agent: 'tidy', budget: { type: 'none' } }, 'budget.type'],
    [{ agent: 'tidy', initial_events: Array.from({ length: 51 }, () => hello) }, 'initial_events'],
    [{ agent: 'tidy', initial_events: [{ type: 'user.interrupt' }] }, 'initial_events.0.type'],
    [{ agent: 'tidy', initial_events: [hello, { type: 'user.define_outcome' }] }, 'initial_events.1.type'],
  ])('refuses %j by the name of its field', (body, field) => {
    const { code, message, param } = failureOf(() => draft(body));
    expect({ code, param }).toEqual({ code: 'INVALID_REQUEST', param: field });
    expect(message.startsWith(`${field}: `)).toBe(true);
  });

  it.each<[body: object, field: string]>([
    [{ agent: 'tidy', resources: [{ type: 'file', file_id: 'file_1' }] }, 'resources'],
    [{ agent: 'tidy', vault_ids: ['vlt_1'] }, 'vault_ids'],
    [{ agent: 'tidy', deployment_id: 'd' }, 'deployment_id'],
    [{ agent: 'tidy', multiagent: {} }, 'multiagent'],
    [overridden({ mcp_servers: [] }), 'agent.mcp_servers'],
    [overridden({ skills: [] }), 'agent.skills'],
    [overridden({ multiagent: null }), 'agent.multiagent'],
    [overridden({ model: { id: 'haiku', effort: 'high' } }), 'agent.model.effort'],
    [overridden({ model: { id: 'haiku', inference_geo: 'eu' } }), 'agent.model.inference_geo'],
    [{ agent: 'tidy', initial_events: [{ ...hello, id: 'a' }] }, 'initial_events.0.id'],
  ])('does not leave out what it cannot do: %j', (body, field) => {
    const { code, message, param } = failureOf(() => draft(body));
    expect({ code, param }).toEqual({ code: 'UNSUPPORTED_PARAMETER', param: field });
    expect(message.startsWith(`${field}: `)).toBe(true);
  });

  it('has nothing mounted, and says what to do with files', () => {
    const { message } = failureOf(() => draft({ agent: 'tidy', resources: [{ type: 'file', file_id: 'file_1' }] }));
    expect(message).toMatch(
      /name uploaded files in messages .* or put files and repositories into the agent's folders/,
    );
  });

  it('may be a fork, and then needs no agent of its own', () => {
    expect(draft({ fork_from: 'sesn_1' })).toMatchObject({ forkOf: 'sesn_1', agent: 'tidy', overrides: {} });
    expect(failureOf(() => draft({ title: 'T' }))).toMatchObject({ code: 'INVALID_REQUEST', param: 'agent' });
    expect(failureOf(() => draft({ fork_from: 7 }))).toMatchObject({ code: 'INVALID_REQUEST', param: 'fork_from' });
  });

  it.each([undefined, null, 7, 'text', []])('says what a body is: %j', (body) => {
    const { code, message } = failureOf(() => parseCreateBody(body));
    expect([code, message]).toEqual([
      'INVALID_REQUEST',
      'The request body must be a JSON object with agent, or fork_from.',
    ]);
  });
});

describe('a change of a session', () => {
  it.each([
    [{}, {}],
    [{ title: null }, { title: null }],
    [{ metadata: { a: null, b: 'c' } }, { metadata: { a: null, b: 'c' } }],
    [{ metadata: null }, {}],
    [{ budget: null }, { maxCostUsd: null }],
    [limit('50'), { maxCostUsd: 0.5 }],
    [{ agent: {} }, {}],
    [{ agent: { tools: [] } }, { overrides: { tools: [], customTools: [] } }],
  ])('reads %j', (body, expected) => {
    expect(patch(body)).toEqual(expected);
  });

  it.each<[body: object, code: string, field: string]>([
    [{ title: 7 }, 'INVALID_REQUEST', 'title'],
    [{ metadata: pairs(17) }, 'INVALID_REQUEST', 'metadata'],
    [{ vault_ids: ['vlt_1'] }, 'UNSUPPORTED_PARAMETER', 'vault_ids'],
    [{ agent: { mcp_servers: [] } }, 'UNSUPPORTED_PARAMETER', 'agent.mcp_servers'],
    [{ agent: { model: 'haiku' } }, 'UNSUPPORTED_PARAMETER', 'agent.model'],
    [{ agent: { tools: [{ type: 'mcp_toolset' }] } }, 'INVALID_REQUEST', 'agent.tools.0.type'],
  ])('refuses %j', (body, code, param) => {
    expect(failureOf(() => patch(body))).toMatchObject({ code, param });
  });
});
