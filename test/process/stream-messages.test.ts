import { describe, expect, it } from 'vitest';
import { parseCliMessage } from '../../src/process/stream-messages.ts';
import { recordedVersions, transcript } from '../cli/turn/transcript.ts';

const recordedScenarios = [
  'text',
  'thinking',
  'max-tokens',
  'refusal',
  'connection-cut',
  'interrupt',
  'history',
  'tools-held',
  'structured-output',
];

const other = { type: 'other' };
const event = (fields: object, parent: unknown = null) => ({
  type: 'stream_event',
  event: fields,
  parent_tool_use_id: parent,
});
const textDelta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } };

describe('parseCliMessage', () => {
  it.each<[string, object]>([
    ['a start', event({ type: 'message_start', message: { model: 'm', usage: { input_tokens: 1 } } })],
    ['a text delta', event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'Hi' } })],
    ['a thinking delta', event({ type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'Hm' } })],
    ['a signature', event({ type: 'content_block_delta', delta: { type: 'signature_delta', signature: 'x' } })],
    [
      'a piece of arguments',
      event({ type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{' } }),
    ],
    ["a text block's start", event({ type: 'content_block_start', content_block: { type: 'text' } })],
    ["a thought's start", event({ type: 'content_block_start', content_block: { type: 'thinking' } })],
    [
      'a thought that nobody is shown',
      event({ type: 'content_block_start', content_block: { type: 'redacted_thinking', data: 'xyz' } }),
    ],
    [
      "a call's start",
      event({ type: 'content_block_start', content_block: { type: 'tool_use', id: 'toolu_1', name: 'f' } }),
    ],
    ["a block's end", event({ type: 'content_block_stop' })],
    ['an end', event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } })],
    [
      'an end at a stop sequence',
      event({ type: 'message_delta', delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } }),
    ],
    ['an end without a reason', event({ type: 'message_delta', delta: { stop_reason: null } })],
    ["a subagent's event", event({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'x' } }, 'toolu_1')],
    ['a result', { type: 'result', is_error: true, api_error_status: 500, result: 'x', stop_reason: null }],
    ['a refused request', { type: 'control_response', response: { subtype: 'error', request_id: '1', error: 'No' } }],
    [
      'an api_retry',
      { type: 'system', subtype: 'api_retry', retry_delay_ms: 1.5, error_status: null, error: 'unknown' },
    ],
    ['an init', { type: 'system', subtype: 'init', claude_code_version: '2.1.197' }],
    ['a message of the CLI’s own', { type: 'assistant', error: 'server_error' }],
    ['a limit', { type: 'rate_limit_event', rate_limit_info: { status: 'allowed' } }],
  ])('reads %s', (_name, line) => {
    expect(parseCliMessage(line)).toEqual(line);
  });

  it('does not mind the order of the keys', () => {
    const reversed = (value: unknown): unknown =>
      typeof value !== 'object' || value === null
        ? value
        : Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, inner]) => [name, reversed(inner)]),
          );
    const line = event(textDelta);
    expect(parseCliMessage(reversed(line))).toEqual(parseCliMessage(line));
  });

  it('leaves fields out that it does not know', () => {
    const line = { ...event({ ...textDelta, new_field: {} }), uuid: 'x', thinking_display: 'updates' };
    expect(parseCliMessage(line)).toEqual(event({ type: 'content_block_delta', delta: textDelta.delta }));
  });

  it.each<[string, unknown]>([
    ['a type that it does not know', { type: 'new_thing', event: 7 }],
    ['no type', { event: {} }],
    ['a user line', { type: 'user', message: {} }],
    ['a system line that it does not know', { type: 'system', subtype: 'status' }],
    ['a request of the CLI’s', { type: 'control_request', request: {} }],
    ['an event that it does not know', event({ type: 'ping' })],
    ['an event without a type', event({})],
    ['a stream event without an event', { type: 'stream_event' }],
    ['the start of no block', event({ type: 'content_block_start' })],
    ['a delta without a type', event({ type: 'content_block_delta', delta: {} })],
    ['a text', 'hello'],
    ['a number', 7],
    ['a list', [1]],
    ['null', null],
  ])('passes %s over', (_name, line) => {
    expect(parseCliMessage(line)).toEqual(other);
  });

  it('keeps blocks and deltas that it does not know as they are', () => {
    const block = { type: 'new_block', of: [1] };
    const delta = { type: 'new_delta', more: {} };
    expect(parseCliMessage(event({ type: 'content_block_start', content_block: block }))).toMatchObject({
      event: { content_block: { type: 'opaque', block } },
    });
    expect(parseCliMessage(event({ type: 'content_block_delta', delta }))).toMatchObject({
      event: { delta: { type: 'opaque', delta } },
    });
  });

  it.each<[string, object, string]>([
    ['a result without is_error', { type: 'result' }, 'is_error'],
    ['a start without a model', event({ type: 'message_start', message: { usage: {} } }), 'event.message.model'],
    ['a text delta without text', event({ type: 'content_block_delta', delta: { type: 'text_delta' } }), 'event.delta'],
    [
      'a call without an id',
      event({ type: 'content_block_start', content_block: { type: 'tool_use', name: 'f' } }),
      'event.content_block.id',
    ],
    [
      'a piece of arguments that is no text',
      event({ type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: {} } }),
      'event.delta.partial_json',
    ],
    ['an end without a delta', event({ type: 'message_delta' }), 'event.delta'],
    ['a token count that is text', event({ type: 'message_delta', delta: {}, usage: { output_tokens: '7' } }), 'usage'],
    ['an answer without an id', { type: 'control_response', response: { subtype: 'success' } }, 'response.request_id'],
    ['a retry without a delay', { type: 'system', subtype: 'api_retry' }, 'retry_delay_ms'],
    ['a limit without information', { type: 'rate_limit_event' }, 'rate_limit_info'],
  ])('fails at %s, and says where', (_name, line, at) => {
    const broken = expect.objectContaining({
      code: 'CLI_PROTOCOL',
      message: expect.stringContaining(at) as string,
    }) as Error;
    expect(() => parseCliMessage(line)).toThrow(broken);
  });

  it('does not repeat in its error what the line said', () => {
    const line = event({ type: 'content_block_delta', delta: { type: 'text_delta', text: ['my secret'] } });
    expect(() => parseCliMessage(line)).toThrow(expect.not.stringContaining('secret') as string);
  });

  it.each(recordedVersions)('understands every line that CLI %s printed', (version) => {
    for (const scenario of recordedScenarios) {
      for (const line of transcript(version, scenario)) expect(() => parseCliMessage(line)).not.toThrow();
    }
  });
});
