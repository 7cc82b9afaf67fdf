import { describe, expect, it } from 'vitest';
import { fromSendBody } from '../../../src/dialect/managed-agents/client-events.ts';
import { failureOf } from './failure-of.ts';

const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const text = { type: 'text', text: 'Hello' };
const message = (...content: unknown[]) => ({ type: 'user.message', content });
const document = (source: object) => ({ type: 'document', source });
const confirmation = { type: 'user.tool_confirmation', tool_use_id: 'sevt_1', result: 'allow' };
const denial = { ...confirmation, result: 'deny' };
const result = { type: 'user.custom_tool_result', custom_tool_use_id: 'sevt_1' };

describe('events of clients', () => {
  it.each([
    message(
      text,
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      { type: 'image', source: { type: 'url', url: 'https://a.example/a.png' } },
      { ...document({ type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }), title: 'A', context: null },
      document({ type: 'text', media_type: 'text/plain', data: 'Oslo' }),
      document({ type: 'url', url: 'https://a.example/a.pdf' }),
    ),
    { type: 'user.interrupt' },
    { ...confirmation, updated_input: { command: 'ls' }, for_session: true },
    { ...confirmation, deny_message: null, for_session: false },
    { ...denial, deny_message: 'Keep them.', for_session: false },
    result,
    { ...result, content: [text], is_error: true },
    {
      ...result,
      content: [{ type: 'search_result', source: 's', title: 't', content: [text], citations: { enabled: true } }],
      is_error: null,
    },
    { type: 'system.message', content: [text] },
  ])('are taken as they are: %j', (event) => {
    expect(fromSendBody({ events: [event] })).toEqual([event]);
  });

  it('may have a string for their content, and name no thread', () => {
    const events = [
      { type: 'user.message', content: 'Hello' },
      { type: 'user.interrupt', session_thread_id: null },
    ];
    expect(fromSendBody({ events })).toEqual([message(text), { type: 'user.interrupt' }]);
  });

  it('name files that were uploaded, as the API has it', () => {
    const source = { type: 'file', file_id: 'file_1' };
    const said = message({ type: 'image', source }, document(source));
    expect(fromSendBody({ events: [said] })).toEqual([said]);
  });

  it.each<[event: unknown, code: string, field: string]>([
    [7, 'INVALID_REQUEST', 'events.0'],
    [{}, 'INVALID_REQUEST', 'events.0.type'],
    [{ type: 'agent.message' }, 'INVALID_REQUEST', 'events.0.type'],
    [{ type: 'user.define_outcome' }, 'INVALID_REQUEST', 'events.0.type'],
    [{ type: 'user.tool_result', tool_use_id: 'a' }, 'INVALID_REQUEST', 'events.0.type'],
    [message(), 'INVALID_REQUEST', 'events.0.content'],
    [{ type: 'user.message', content: '' }, 'INVALID_REQUEST', 'events.0.content.0.text'],
    [message({ type: 'redacted' }), 'INVALID_REQUEST', 'events.0.content.0.type'],
    [message({ type: 'tool_result' }), 'INVALID_REQUEST', 'events.0.content.0.type'],
    [message({ ...text, extra: 1 }), 'UNSUPPORTED_PARAMETER', 'events.0.content.0.extra'],
    [message({ type: 'image', source: { type: 'file' } }), 'INVALID_REQUEST', 'events.0.content.0.source.file_id'],
    [message(document({ type: 'file', file_id: '' })), 'INVALID_REQUEST', 'events.0.content.0.source.file_id'],
    [message(document({ type: 'stream' })), 'INVALID_REQUEST', 'events.0.content.0.source.type'],
    [message(document({ type: 'content', content: 'a' })), 'INVALID_REQUEST', 'events.0.content.0.source.type'],
    [{ type: 'user.interrupt', session_thread_id: 'thrd_1' }, 'UNSUPPORTED_PARAMETER', 'events.0.session_thread_id'],
    [{ ...confirmation, tool_use_id: '' }, 'INVALID_REQUEST', 'events.0.tool_use_id'],
    [{ ...confirmation, result: 'maybe' }, 'INVALID_REQUEST', 'events.0.result'],
    [{ ...confirmation, deny_message: 'No.' }, 'INVALID_REQUEST', 'events.0.deny_message'],
    [{ ...denial, updated_input: {} }, 'INVALID_REQUEST', 'events.0.updated_input'],
    [{ ...confirmation, updated_input: [] }, 'INVALID_REQUEST', 'events.0.updated_input'],
    [{ ...denial, for_session: true }, 'INVALID_REQUEST', 'events.0.for_session'],
    [{ ...result, content: [{ type: 'redacted' }] }, 'INVALID_REQUEST', 'events.0.content.0.type'],
    [{ type: 'system.message', content: [{ type: 'image' }] }, 'INVALID_REQUEST', 'events.0.content.0.type'],
  ])('are refused by the name of the field: %j', (event, code, field) => {
    const { message: words, ...failure } = failureOf(() => fromSendBody({ events: [event] }));
    expect(failure).toEqual({ code, param: field });
    expect(words.startsWith(`${field}: `)).toBe(true);
  });

  it('are a list of at least one', () => {
    expect(failureOf(() => fromSendBody({})).param).toBe('events');
    expect(failureOf(() => fromSendBody({ events: [] })).param).toBe('events');
  });
});
