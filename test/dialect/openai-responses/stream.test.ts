import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { sealThought } from '../../../src/dialect/openai-responses/sealed-thought.ts';
import {
  call,
  end,
  model as served,
  opaque,
  redacted,
  refusal,
  restart,
  start,
  text,
  thinking,
} from '../openai-chat/answer.ts';
import { eventsOf, hex, id, responseOf, streamWith } from './answer.ts';
import { model } from './read-responses.ts';

const typesOf = (events: readonly { type: string }[]) => events.map(({ type }) => type);
const created = ['response.created', 'response.in_progress'];
const message = { type: 'message', id: `msg_${hex}_0`, role: 'assistant' };
const part = { type: 'output_text', annotations: [], logprobs: [] };
const inMessage = { item_id: message.id, output_index: 0, content_index: 0 };

describe('a text', () => {
  const events = eventsOf([start(), ...text('Hel', '', 'lo'), end()]);

  it('comes in these events', () => {
    const added = { ...message, status: 'in_progress', content: [] };
    const done = { ...message, status: 'completed', content: [{ ...part, text: 'Hello' }] };
    const usage = {
      input_tokens: 3210,
      input_tokens_details: { cached_tokens: 200, cache_write_tokens: 3000 },
      output_tokens: 40,
      output_tokens_details: { reasoning_tokens: 15 },
      total_tokens: 3250,
    };
    const head = { id, object: 'response', created_at: 1_700_000_000, model: served, error: null };
    const begun = { ...head, status: 'in_progress', completed_at: null, output: [], usage: null };
    const completed = { ...head, status: 'completed', completed_at: 1_700_000_060, output: [done], usage };
    expect(events).toMatchObject([
      { type: 'response.created', response: begun },
      { type: 'response.in_progress', response: begun },
      { type: 'response.output_item.added', output_index: 0, item: added },
      { type: 'response.content_part.added', ...inMessage, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', ...inMessage, delta: 'Hel', logprobs: [] },
      { type: 'response.output_text.delta', ...inMessage, delta: 'lo', logprobs: [] },
      { type: 'response.output_text.done', ...inMessage, text: 'Hello', logprobs: [] },
      { type: 'response.content_part.done', ...inMessage, part: { ...part, text: 'Hello' } },
      { type: 'response.output_item.done', output_index: 0, item: done },
      { type: 'response.completed', response: completed },
    ]);
  });

  it('numbers them from 0', () => {
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
  });

  it('around blocks that have no item is one message of a complete response', () => {
    const response = responseOf([start(), ...text('One.'), ...opaque, ...text('Two.'), ...opaque, end('pause_turn')]);
    expect(response).toMatchObject({ status: 'completed', incomplete_details: null });
    expect(response.output).toMatchObject([{ ...message, content: [{ text: 'One.' }, { text: 'Two.' }] }]);
  });

  it('in several blocks is one message of several parts', () => {
    expect(responseOf([start(), ...text('One.'), ...text(), ...text('Two.'), end()]).output).toEqual([
      {
        ...message,
        status: 'completed',
        content: [
          { ...part, text: 'One.' },
          { ...part, text: 'Two.' },
        ],
      },
    ]);
  });

  it('is there even when the model says nothing', () => {
    const nothing = eventsOf([start(), ...text(), end()]);
    expect(typesOf(nothing)).toEqual([
      ...created,
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(nothing.at(-1)).toMatchObject({ response: { output: [{ content: [{ text: '' }] }] } });
  });
});

describe('a call', () => {
  it('comes in these events, with the API’s id', () => {
    const place = { item_id: `fc_${hex}_1`, output_index: 1 };
    const item = { type: 'function_call', id: `fc_${hex}_1`, call_id: 'toolu_1', name: 'add' };
    const events = eventsOf([start(), ...text('Yes.'), ...call('toolu_1', 'add', '{"a":', '', '1}'), end('tool_use')]);
    expect(events.slice(5)).toMatchObject([
      { type: 'response.output_text.done' },
      { type: 'response.content_part.done' },
      { type: 'response.output_item.done', output_index: 0 },
      { type: 'response.output_item.added', output_index: 1, item: { ...item, arguments: '', status: 'in_progress' } },
      { type: 'response.function_call_arguments.delta', ...place, delta: '{"a":' },
      { type: 'response.function_call_arguments.delta', ...place, delta: '1}' },
      { type: 'response.function_call_arguments.done', ...place, name: 'add', arguments: '{"a":1}' },
      { type: 'response.output_item.done', item: { ...item, arguments: '{"a":1}', status: 'completed' } },
      { type: 'response.completed', response: { status: 'completed' } },
    ]);
  });

  it('without arguments has an empty object', () => {
    const events = eventsOf([start(), ...call('toolu_1', 'add'), end('tool_use')]);
    expect(events.slice(3)).toMatchObject([
      { type: 'response.function_call_arguments.delta', delta: '{}' },
      { type: 'response.function_call_arguments.done', arguments: '{}' },
      { type: 'response.output_item.done', item: { arguments: '{}' } },
      { type: 'response.completed' },
    ]);
  });

  it('that max_output_tokens cuts is incomplete, those before it are not', () => {
    const turn = [start(), ...call('a', 'add', '{}'), ...call('b', 'add', '{"a'), end('max_tokens')];
    expect(responseOf(turn)).toMatchObject({
      status: 'incomplete',
      completed_at: null,
      output: [
        { call_id: 'a', status: 'completed' },
        { call_id: 'b', status: 'incomplete', arguments: '{"a' },
      ],
    });
  });
});

describe('thinking', () => {
  const turn = [start(), ...thinking('I should ', 'look.'), ...redacted, ...text('Hm.'), end()];
  const item = { type: 'reasoning', id: `rs_${hex}_0` };
  const seal = sealThought({
    model,
    block: { type: 'thinking', thinking: 'I should look.', signature: 'c2lnbmVk' },
  });

  it('is an item without words, unless they are asked for', () => {
    const events = eventsOf(turn);
    expect(events.slice(2, 6)).toEqual([
      expect.objectContaining({
        type: 'response.output_item.added',
        item: { ...item, status: 'in_progress', summary: [] },
      }),
      expect.objectContaining({
        type: 'response.output_item.done',
        item: { ...item, status: 'completed', summary: [] },
      }),
      expect.objectContaining({ type: 'response.output_item.added', output_index: 1 }),
      expect.objectContaining({ type: 'response.output_item.done', output_index: 1 }),
    ]);
    expect(JSON.stringify(events)).not.toContain('claude1.');
  });

  it('comes in these events as a summary', () => {
    const place = { item_id: item.id, output_index: 0, summary_index: 0 };
    const whole = { type: 'summary_text', text: 'I should look.' };
    expect(eventsOf(turn, { summarizes: true }).slice(2, 9)).toMatchObject([
      { type: 'response.output_item.added' },
      { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...place, delta: 'I should ' },
      { type: 'response.reasoning_summary_text.delta', ...place, delta: 'look.' },
      { type: 'response.reasoning_summary_text.done', ...place, text: 'I should look.' },
      { type: 'response.reasoning_summary_part.done', ...place, part: whole },
      { type: 'response.output_item.done', item: { ...item, status: 'completed', summary: [whole] } },
    ]);
  });

  it('holds what is to be given back, for a client that asks for it, and for what is kept', () => {
    const hidden = sealThought({ model, block: { type: 'redacted_thinking', data: 'b3BhcXVl' } });
    const output = [{ encrypted_content: seal }, { encrypted_content: hidden }, { type: 'message' }];
    const events = eventsOf(turn, { includeEncrypted: true });
    expect(events[3]).toMatchObject({ type: 'response.output_item.done', item: { encrypted_content: seal } });
    expect(events.at(-1)).toMatchObject({ response: { output } });
    const stream = streamWith();
    for (const event of turn) stream.push(event);
    expect(stream.whole.output).toMatchObject(output);
    expect(JSON.stringify(stream.response)).not.toContain('claude1.');
  });

  it('that was cut has no signature and holds nothing', () => {
    const cut = thinking('Hm').filter(({ type }) => type !== 'signature');
    const { output } = responseOf([start(), ...cut, end('max_tokens')], { includeEncrypted: true });
    expect(output).toEqual([{ ...item, status: 'incomplete', summary: [] }]);
  });

  it('is not told where the configuration hides it', () => {
    const { output } = responseOf(turn, { showReasoning: false, includeEncrypted: true, summarizes: true });
    expect(output).toMatchObject([{ type: 'message', id: message.id }]);
    expect(output).toHaveLength(1);
  });
});

describe('a refusal', () => {
  it('comes in these events', () => {
    const events = eventsOf([start(), ...refusal('No', '.'), end('refusal')], { hasOutput: true });
    expect(events.slice(2)).toMatchObject([
      { type: 'response.output_item.added' },
      { type: 'response.content_part.added', part: { type: 'refusal', refusal: '' } },
      { type: 'response.refusal.delta', ...inMessage, delta: 'No' },
      { type: 'response.refusal.delta', ...inMessage, delta: '.' },
      { type: 'response.refusal.done', ...inMessage, refusal: 'No.' },
      { type: 'response.content_part.done', part: { type: 'refusal', refusal: 'No.' } },
      { type: 'response.output_item.done', item: { content: [{ type: 'refusal', refusal: 'No.' }] } },
      { type: 'response.completed', response: { status: 'completed' } },
    ]);
  });

  it('has words even when the model has none', () => {
    const { status, output } = responseOf([start(), end('refusal')], { hasOutput: true });
    expect({ status, output }).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'The model declined to answer.' }] }],
    });
  });
});

describe('the end', () => {
  it.each([
    ['end_turn', 'completed', null],
    ['stop_sequence', 'completed', null],
    ['tool_use', 'completed', null],
    ['max_tokens', 'incomplete', { reason: 'max_output_tokens' }],
    ['model_context_window_exceeded', 'incomplete', { reason: 'max_output_tokens' }],
    ['refusal', 'incomplete', { reason: 'content_filter' }],
  ] as const)('by %s is %s', (reason, status, incomplete_details) => {
    const events = eventsOf([start(), ...text('Hi'), end(reason)]);
    expect(events.at(-2)).toMatchObject({ type: 'response.output_item.done', item: { status } });
    expect(events.at(-1)).toMatchObject({
      type: `response.${status}`,
      response: { status, incomplete_details, output: [{ status }] },
    });
  });

  it('by a failure tells it twice: to those who read the response, and to those who throw', () => {
    const stream = streamWith();
    for (const event of [start(), ...text('Once ').slice(0, 2)]) stream.push(event);
    const events = stream.fail(new HarnessError('OVERLOADED', 'Later.'));
    const error = { code: 'overloaded', message: 'Later.' };
    expect(events).toMatchObject([
      {
        type: 'response.failed',
        sequence_number: 5,
        response: { status: 'failed', error, output: [{ status: 'incomplete', content: [{ text: 'Once ' }] }] },
      },
      { type: 'error', sequence_number: 6, ...error, param: null, error: { ...error, type: 'server_error' } },
    ]);
    expect(stream.whole).toMatchObject({ status: 'failed', error, usage: null });
  });

  it('by a failure before the beginning begins all the same', () => {
    const events = streamWith().fail(new HarnessError('OVERLOADED', 'Later.'));
    expect(typesOf(events)).toEqual([...created, 'response.failed', 'error']);
  });

  it('by a cancellation is no failure of the response', () => {
    const stream = streamWith();
    for (const event of [start(), ...text('Once ').slice(0, 2)]) stream.push(event);
    expect(stream.cancel()).toMatchObject([{ type: 'error', code: 'request_aborted' }]);
    expect(stream.whole).toMatchObject({ status: 'cancelled', error: null, output: [{ status: 'incomplete' }] });
  });
});

describe('an answer that is looked at while it is made', () => {
  it('has an item in progress', () => {
    const stream = streamWith();
    for (const event of [start(), ...text('Once ').slice(0, 2)]) stream.push(event);
    const output = [{ status: 'in_progress', content: [{ text: 'Once ' }] }];
    expect(stream.response).toMatchObject({ status: 'in_progress', output });
  });
});

describe('an answer that waits', () => {
  it('is queued, and created once', () => {
    const stream = streamWith();
    const events = [...stream.queue(), ...stream.push(start())];
    expect(events).toMatchObject([
      { type: 'response.created', response: { status: 'queued', model } },
      { type: 'response.queued', response: { status: 'queued' } },
      { type: 'response.in_progress', sequence_number: 2, response: { status: 'in_progress', model: served } },
    ]);
  });
});

describe('an answer that begins again', () => {
  it.each([
    ['text', text('Hel').slice(0, 2)],
    ['thinking', thinking('Hm')],
    ['a call', call('a', 'add')],
  ])('after %s has been sent is an error', (_, sent) => {
    expect(() => eventsOf([start(), ...sent, restart()])).toThrow(
      expect.objectContaining({ code: 'ANSWER_RESTARTED' }),
    );
  });

  it('before that says nothing new', () => {
    expect(
      typesOf(eventsOf([start('a'), ...text().slice(0, 1), restart('b'), ...text('Hi'), end()])).slice(0, 3),
    ).toEqual([...created, 'response.output_item.added']);
  });

  it('is what a client gets that reads it as a whole', () => {
    const { output, model: last } = responseOf([
      start('a'),
      ...text('Hel').slice(0, 2),
      restart('b'),
      ...text('Hi'),
      end(),
    ]);
    expect(last).toBe('b');
    expect(output).toMatchObject([{ id: message.id, content: [{ text: 'Hi' }] }]);
  });
});
