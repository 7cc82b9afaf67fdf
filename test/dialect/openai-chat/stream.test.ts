import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { TurnEvent } from '../../../src/core/turn-event.ts';
import { createChatStream } from '../../../src/dialect/openai-chat/stream.ts';
import {
  answerOptions,
  call,
  chatUsage,
  end,
  model,
  opaque,
  redacted,
  refusal,
  restart,
  start,
  streamChoices,
  streamOf,
  text,
  thinking,
  usage,
} from './answer.ts';

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model };
const chunk = (delta: object, finish_reason: string | null = null, index = 0) => ({
  ...head,
  choices: [{ index, delta, finish_reason }],
});
const role = chunk({ role: 'assistant', content: '' });

describe('createChatStream', () => {
  it('sends the role once, each delta, and the finish reason in a chunk of its own', () => {
    expect(streamOf([start(), ...text('Hel', 'lo'), end()])).toEqual([
      role,
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
    ]);
  });

  it('sends thinking under both names that clients look for, and its signature to nobody', () => {
    expect(streamOf([start(), ...thinking('Hm.'), ...redacted, ...text('Hello'), end()])).toEqual([
      role,
      chunk({ reasoning_content: 'Hm.', reasoning: 'Hm.' }),
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
    ]);
  });

  it('sends nothing of blocks that only the API and the client understand', () => {
    expect(streamOf([start(), ...text('Hel'), ...opaque, ...text('lo'), end('pause_turn')])).toEqual([
      role,
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      chunk({}, 'stop'),
    ]);
  });

  it('sends no thinking where it is hidden', () => {
    const events = [start(), ...thinking('Hm.'), ...text('Hello'), end()];
    expect(streamOf(events, { showReasoning: false })).toEqual([role, chunk({ content: 'Hello' }), chunk({}, 'stop')]);
  });

  it('sends usage last, without choices, when asked', () => {
    expect(streamOf([start(), ...text('Hello'), end()], { includeUsage: true })).toEqual([
      role,
      chunk({ content: 'Hello' }),
      chunk({}, 'stop'),
      { ...head, choices: [], usage: chatUsage },
    ]);
  });

  it('sends nothing for an empty delta, a signature or a warning', () => {
    const warning: TurnEvent = { type: 'warning', message: 'Careful.' };
    expect(streamOf([start(), ...thinking(''), warning, ...text(''), end()])).toEqual([role, chunk({}, 'stop')]);
  });

  it('carries on when the answer begins again before any of it went out, with the newest model', () => {
    const chunks = streamOf([start('first'), ...text('').slice(0, -1), restart(), ...text('Hello'), end()]);
    expect(chunks).toEqual([{ ...role, model: 'first' }, chunk({ content: 'Hello' }), chunk({}, 'stop')]);
  });

  it('carries on when the answer begins again after hidden thinking', () => {
    const events = [start(), ...thinking('Hm.'), restart(), ...text('Hello'), end()];
    expect(streamOf(events, { showReasoning: false })).toHaveLength(3);
  });

  it.each([
    ['text', text('Hel')],
    ['thinking', thinking('Hm.')],
    ['a refusal', refusal('No')],
    ['the beginning of a call', call('toolu_1', 'look_up').slice(0, 1)],
  ])('fails when the answer begins again after %s went out', (_, events) => {
    const stream = createChatStream({ ...answerOptions(), includeUsage: false });
    for (const event of [start(), ...events]) stream.push(event);
    expect(() => stream.push(restart())).toThrow(
      expect.objectContaining({ constructor: HarnessError, code: 'ANSWER_RESTARTED' }),
    );
  });
});

describe('the calls of a streamed answer', () => {
  const opened = (index: number, id: string, name: string) =>
    chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
  const argued = (index: number, json: string) => chunk({ tool_calls: [{ index, function: { arguments: json } }] });

  it('are named in their first delta only, which clients would else concatenate', () => {
    expect(streamOf([start(), ...call('toolu_1', 'look_up', '', '{"ci', 'ty":1}'), end('tool_use')])).toEqual([
      role,
      opened(0, 'toolu_1', 'look_up'),
      argued(0, '{"ci'),
      argued(0, 'ty":1}'),
      chunk({}, 'tool_calls'),
    ]);
  });

  it('come after the text before them, each with its own index', () => {
    const events = [...text('Let me see.'), ...call('toolu_1', 'look_up', '{"a":1}'), ...call('toolu_2', 'add', '{}')];
    expect(streamOf([start(), ...events, end('tool_use')])).toEqual([
      role,
      chunk({ content: 'Let me see.' }),
      opened(0, 'toolu_1', 'look_up'),
      argued(0, '{"a":1}'),
      opened(1, 'toolu_2', 'add'),
      argued(1, '{}'),
      chunk({}, 'tool_calls'),
    ]);
  });

  it.each([[[]], [['']]])('have an empty object for arguments that came as %j', (pieces: string[]) => {
    const events = [...call('toolu_1', 'now', ...pieces), ...call('toolu_2', 'add', '{"a":1}')];
    expect(streamOf([start(), ...events, ...call('toolu_3', 'now', ...pieces), end('tool_use')])).toEqual([
      role,
      opened(0, 'toolu_1', 'now'),
      argued(0, '{}'),
      opened(1, 'toolu_2', 'add'),
      argued(1, '{"a":1}'),
      opened(2, 'toolu_3', 'now'),
      argued(2, '{}'),
      chunk({}, 'tool_calls'),
    ]);
  });

  it('are one function_call in the old form, which has no room for a second', () => {
    const events = [...call('toolu_1', 'look_up', '{"a"', ':1}'), ...call('toolu_2', 'add', '{}'), ...call('c', 'now')];
    expect(streamOf([start(), ...events, end('tool_use')], { legacyFunctions: true })).toEqual([
      role,
      chunk({ function_call: { name: 'look_up', arguments: '' } }),
      chunk({ function_call: { arguments: '{"a"' } }),
      chunk({ function_call: { arguments: ':1}' } }),
      chunk({}, 'function_call'),
    ]);
  });

  it('have an empty object for no arguments in the old form too', () => {
    expect(streamOf([start(), ...call('toolu_1', 'now'), end('tool_use')], { legacyFunctions: true })).toEqual([
      role,
      chunk({ function_call: { name: 'now', arguments: '' } }),
      chunk({ function_call: { arguments: '{}' } }),
      chunk({}, 'function_call'),
    ]);
  });
});

describe('a streamed answer that declines', () => {
  const noReason = 'The model declined to answer.';

  it('says so in refusal where the answer was to have a form', () => {
    expect(streamOf([start(), ...refusal('I would ', 'rather not.'), end('refusal')], { hasOutput: true })).toEqual([
      role,
      chunk({ refusal: 'I would ' }),
      chunk({ refusal: 'rather not.' }),
      chunk({}, 'stop'),
    ]);
  });

  it('is given words where it has none, since clients take a null refusal for an answer', () => {
    const words = [role, chunk({ refusal: noReason }), chunk({}, 'stop')];
    expect(streamOf([start(), end('refusal')], { hasOutput: true })).toEqual(words);
    expect(streamOf([start(), ...refusal(''), end('refusal')], { hasOutput: true })).toEqual(words);
  });

  it('is filtered content where any form would have done', () => {
    expect(streamOf([start(), ...text('No.'), end('refusal')])).toEqual([
      role,
      chunk({ content: 'No.' }),
      chunk({}, 'content_filter'),
    ]);
  });

  it('writes text after the refusal as text', () => {
    const chunks = streamOf([start(), ...refusal('No.'), ...text('Sorry.'), end('refusal')], { hasOutput: true });
    expect(chunks[2]).toEqual(chunk({ content: 'Sorry.' }));
  });
});

describe('a streamed answer with several choices', () => {
  const spent = { ...usage, outputTokens: 2, thinkingTokens: 1 };
  const interleaved = [
    [start(), 1],
    [start(), 0],
    ...call('toolu_1', 'look_up', '{"a":1}').map((event) => [event, 1] as const),
    ...text('Hello').map((event) => [event, 0] as const),
    [end('tool_use', spent), 1],
    [end('max_tokens'), 0],
  ] as const;

  it('keeps them apart by their index', () => {
    expect(streamChoices(interleaved, { choices: 2 })).toEqual([
      chunk({ role: 'assistant', content: '' }, null, 1),
      role,
      chunk(
        { tool_calls: [{ index: 0, id: 'toolu_1', type: 'function', function: { name: 'look_up', arguments: '' } }] },
        null,
        1,
      ),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] }, null, 1),
      chunk({ content: 'Hello' }),
      chunk({}, 'tool_calls', 1),
      chunk({}, 'length'),
    ]);
  });

  it('sends the usage of all of them once, after the last has ended', () => {
    const chunks = streamChoices(interleaved, { choices: 2, includeUsage: true });
    expect(chunks.slice(0, -1).some((sent) => 'usage' in sent)).toBe(false);
    expect(chunks.at(-1)).toEqual({
      ...head,
      choices: [],
      usage: {
        prompt_tokens: 6420,
        completion_tokens: 42,
        total_tokens: 6462,
        prompt_tokens_details: { cached_tokens: 400 },
        completion_tokens_details: { reasoning_tokens: 16 },
      },
    });
  });

  it('sends no usage while one has not ended', () => {
    const chunks = streamChoices(interleaved.slice(0, -1), { choices: 2, includeUsage: true });
    expect(chunks.some((sent) => 'usage' in sent)).toBe(false);
  });

  it('fails only the one that begins again', () => {
    const stream = createChatStream({ ...answerOptions({ choices: 2 }), includeUsage: false });
    for (const event of [start(), ...text('Hel')]) stream.push(event, 0);
    stream.push(start(), 1);
    expect(stream.push(restart(), 1)).toEqual([]);
    expect(() => stream.push(restart(), 0)).toThrow(expect.objectContaining({ code: 'ANSWER_RESTARTED' }));
  });
});
