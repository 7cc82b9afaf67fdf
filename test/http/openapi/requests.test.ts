import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { chatBody } from '../../../src/dialect/openai-chat/request-schema.ts';
import { textBody } from '../../../src/dialect/openai-chat/text-request.ts';
import { responsesBody } from '../../../src/dialect/openai-responses/request-schema.ts';
import { messagesBody } from '../../../src/dialect/anthropic-messages/request-schema.ts';
import { nearlyValidBody } from '../../dialect/openai-chat/nearly-valid-body.ts';
import { createBody, updateBody } from '../../../src/dialect/managed-agents/session-request-schema.ts';
import { respondBody } from '../../../src/dialect/permissions/request-schema.ts';
import { queryBody } from '../../../src/dialect/aicore-query/request-schema.ts';
import { sendBody } from '../../../src/dialect/managed-agents/event-request-schema.ts';
import { chat } from '../test-app.ts';
import { expectValid, schemaAt } from './described.ts';

const described = (name: string) => schemaAt('components', 'schemas', name);
const message = { ...chat, max_tokens: 9 };
const call = { role: 'assistant', content: 'Hm', function_call: { name: 'f', arguments: '{}' } };
const custom = { name: 'f', input_schema: { type: 'object' } };

interface Requests {
  schema: z.ZodType;
  accepted: object[];
  refused: object[];
}

const requests: Readonly<Record<string, Requests>> = {
  ChatCompletionRequest: {
    schema: chatBody,
    accepted: [
      { ...chat, stop: 'END', tool_choice: 'none', function_call: 'auto' },
      { ...chat, stop: ['END'], tool_choice: { type: 'auto' }, function_call: { name: 'f' } },
      { ...chat, tool_choice: { type: 'function', function: { name: 'f' } }, max_tokens: null, anything: {} },
      { ...chat, messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }, call] },
    ],
    refused: [
      {},
      { ...chat, stop: 7 },
      { ...chat, web_search_options: 7 },
      { ...chat, tool_choice: 'any' },
      { ...chat, messages: [] },
      { ...chat, n: 0 },
    ],
  },
  TextCompletionRequest: {
    schema: textBody,
    accepted: [
      { model: 'm', prompt: 'Hi' },
      { model: 'm', prompt: ['Hi'], stop: 'END' },
    ],
    refused: [
      { model: 'm', prompt: [] },
      { model: 'm', prompt: [1, 2] },
    ],
  },
  ResponseRequest: {
    schema: responsesBody,
    accepted: [
      { model: 'm', input: 'Hi', tool_choice: 'required' },
      { model: 'm', input: [{ role: 'user', content: 'Hi' }], tool_choice: { type: 'function', name: 'f' } },
      { model: 'm', input: [{ id: 'msg_1' }, { type: null, role: 'system', content: 'Hi' }] },
      { model: 'm', input: 'Hi', tools: [{ type: 'web_search' }], tool_choice: { type: 'web_search_preview' } },
      {
        model: 'm',
        input: [
          { type: 'web_search_call', id: 'a' },
          { role: 'user', content: 'Hi' },
        ],
      },
      { model: 'm', input: [{ type: 'function_call_output', call_id: 'a', output: 'Hi' }] },
    ],
    refused: [
      { model: 'm' },
      { model: 'm', input: [{ type: 'file_search_call', id: 'a' }] },
      { model: 'm', input: 'Hi', tools: [{ type: 'web_search', search_context_size: 'huge' }] },
      { model: 'm', input: 'Hi', tool_choice: 'any' },
    ],
  },
  MessageRequest: {
    schema: messagesBody,
    accepted: [
      { ...message, system: 'Be brief.', tools: [custom, { ...custom, type: 'custom' }, { ...custom, type: null }] },
      { ...message, system: [{ type: 'text', text: 'Be brief.' }] },
      { ...message, tools: [{ type: 'bash_20250124', name: 'bash' }] },
      { ...message, messages: [{ role: 'assistant', content: [{ type: 'server_tool_use', input: {} }] }] },
    ],
    refused: [chat, { ...message, system: 7 }, { ...message, tools: [{ ...custom, type: 7 }] }],
  },
  SessionRequest: {
    schema: createBody,
    accepted: [
      { agent: 'tidy' },
      { agent: { type: 'agent', id: 'tidy', version: 2 }, resources: [], vault_ids: null, title: null, budget: null },
      { agent: { type: 'agent_with_overrides', id: 'tidy', model: 'haiku', system: null, tools: [] } },
      { agent: { type: 'agent_with_overrides', id: 'tidy', model: { id: 'haiku', speed: 'standard' } } },
      { agent: 'tidy', initial_events: [{ type: 'user.message', content: 'Hello' }], metadata: { a: 'b' } },
    ],
    refused: [
      {},
      { agent: '' },
      { agent: { type: 'deployment', id: 'a' } },
      { agent: 'tidy', resources: [{ type: 'file', file_id: 'a' }] },
      { agent: 'tidy', vault_ids: ['a'] },
      { agent: 'tidy', anything: 1 },
      { agent: 'tidy', initial_events: [{ type: 'user.interrupt' }] },
      { agent: { type: 'agent_with_overrides', id: 'tidy', mcp_servers: [] } },
      { agent: { type: 'agent_with_overrides', id: 'tidy', tools: [{ type: 'mcp_toolset', mcp_server_name: 'a' }] } },
    ],
  },
  SessionUpdateRequest: {
    schema: updateBody,
    accepted: [{}, { metadata: { a: null } }, { agent: { tools: [{ type: 'agent_toolset_20260401' }] } }],
    refused: [{ agent: { model: 'haiku' } }, { budget: { type: 'limit' } }, { title: 7 }],
  },
  SessionEventsRequest: {
    schema: sendBody,
    accepted: [
      { events: [{ type: 'user.interrupt', session_thread_id: null }] },
      { events: [{ type: 'user.custom_tool_result', custom_tool_use_id: 'a', content: 'Rain' }] },
    ],
    refused: [
      { events: [] },
      { events: [{ type: 'user.define_outcome' }] },
      { events: [{ type: 'user.interrupt', session_thread_id: 'a' }] },
      { events: [{ type: 'user.message', content: [] }] },
    ],
  },
  PermissionResponseRequest: {
    schema: respondBody,
    accepted: [
      { allowed: true, message: null },
      { allowed: false, message: 'No.', for_session: false },
    ],
    refused: [{}, { allowed: 'yes' }, { allowed: true, updated_input: {} }],
  },
  QueryRequest: {
    schema: queryBody,
    accepted: [
      { prompt: 'Hi' },
      { prompt: 'Hi', system_prompt: null, options: { model: 'm', max_turns: 3, allowed_tools: [], session_id: null } },
    ],
    refused: [
      {},
      { prompt: '' },
      { prompt: 'Hi', options: { permission_mode: 'bypassPermissions' } },
      { prompt: 'Hi', options: { max_turns: 0 } },
      { prompt: 'Hi', options: { mcp_servers: {} } },
      { prompt: 'Hi', options: { add_dirs: [] } },
    ],
  },
};

describe.each(Object.entries(requests))('%s', (name, { schema, accepted, refused }) => {
  it.each(accepted)('describes %j, which is accepted', (body) => {
    expect(schema.safeParse(body).error).toBeUndefined();
    expectValid(described(name), body);
  });

  it.each(refused)('does not describe %j, which is refused', (body) => {
    expect(schema.safeParse(body).success).toBe(false);
    expect(described(name)(body)).toBe(false);
  });
});

it('whatever chat is accepted is described', () => {
  const validate = described('ChatCompletionRequest');
  let accepted = 0;
  fc.assert(
    fc.property(nearlyValidBody, (body) => {
      if (!chatBody.safeParse(body).success) return;
      accepted += 1;
      expectValid(validate, body);
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(20);
});
