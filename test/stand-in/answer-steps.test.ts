import { describe, expect, test } from 'vitest';
import { answerSteps } from '../../src/stand-in/answer-steps.ts';
import type { Answer } from '../../src/stand-in/behaviour.ts';

const identity = { messageId: 'msg_1', model: 'claude-haiku-4-5' };

function steps(answer: Omit<Answer, 'kind'>) {
  return [...answerSteps({ kind: 'answer', ...answer }, identity)];
}

/** One word per step: the type, and for a delta its own type. */
function outline(answer: Omit<Answer, 'kind'>): string[] {
  return steps(answer).map((step) => (step.type === 'content_block_delta' ? step.delta.type : step.type));
}

function texts(answer: Omit<Answer, 'kind'>): string[] {
  return steps(answer).flatMap((step) =>
    step.type === 'content_block_delta' && step.delta.type === 'text_delta' ? [step.delta.text] : [],
  );
}

describe('the sequence of an answer', () => {
  test('a text answer is one block between message start and message stop', () => {
    expect(steps({ text: 'one two' })).toEqual([
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'claude-haiku-4-5',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'one ' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'two' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 2 },
      },
      { type: 'message_stop' },
    ]);
  });

  test('thinking comes first and ends with its signature', () => {
    expect(outline({ thinking: ['hm'], text: 'yes' })).toEqual([
      'message_start',
      'content_block_start',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'content_block_start',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('blocks are numbered in order and never overlap', () => {
    const list = steps({ thinking: 'hm', text: 'yes', toolUses: [{ name: 'a', input: {} }] });
    let open = -1;
    let started = 0;
    for (const step of list) {
      if (step.type === 'content_block_start') {
        expect(open).toBe(-1);
        expect(step.index).toBe(started++);
        open = step.index;
      }
      if (step.type === 'content_block_delta') expect(step.index).toBe(open);
      if (step.type === 'content_block_stop') {
        expect(step.index).toBe(open);
        open = -1;
      }
    }
    expect(started).toBe(3);
  });
});

describe('tool calls', () => {
  test('a tool call streams its input in pieces that join to its JSON, and stops with tool_use', () => {
    const input = { city: 'Reykjavík', days: [1, 2, 3], note: 'long enough for several pieces' };
    const list = steps({ toolUses: [{ id: 'toolu_x', name: 'weather', input }] });
    const pieces = list.flatMap((step) =>
      step.type === 'content_block_delta' && step.delta.type === 'input_json_delta' ? [step.delta.partial_json] : [],
    );
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces[0]).toBe('');
    expect(JSON.parse(pieces.join(''))).toEqual(input);
    expect(list[1]).toEqual({
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_x', name: 'weather', input: {} },
    });
    expect(list.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  test('tool calls without an id get different ones', () => {
    const list = steps({ toolUses: [1, 2].map(() => ({ name: 'a', input: {} })) });
    const ids = list.flatMap((step) =>
      step.type === 'content_block_start' && step.content_block.type === 'tool_use' ? [step.content_block.id] : [],
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('an answer that only calls tools has no text block', () => {
    expect(texts({ toolUses: [{ name: 'a', input: {} }] })).toEqual([]);
  });
});

describe('the text of an answer', () => {
  test.each(['one two  three\n\nfour', '  leading', 'trailing ', '\n', 'x', 'ein Wörtchen 🙂 mehr'])(
    'the deltas of %j join to it',
    (text) => {
      expect(texts({ text }).join('')).toBe(text);
    },
  );

  test('exact deltas are kept as they are', () => {
    expect(texts({ deltas: ['a b', '', 'c'], text: 'ignored' })).toEqual(['a b', '', 'c']);
  });

  test('generated words are as many as asked for and tell their position', () => {
    expect(texts({ words: 3 })).toEqual(['word0 ', 'word1 ', 'word2 ']);
  });

  test('without any content there is a friendly answer', () => {
    expect(texts({}).join('')).toContain('Hello');
  });
});

describe('stop reason and usage', () => {
  test('both stop fields can be set', () => {
    expect(steps({ text: 'a', stopReason: 'stop_sequence', stopSequence: 'END' }).at(-2)).toMatchObject({
      delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    });
  });

  test('prompt counts stand at both ends and output counts at the end', () => {
    const usage = {
      input_tokens: 1,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 3,
      output_tokens: 4,
      output_tokens_details: { thinking_tokens: 2 },
    };
    const list = steps({ text: 'a', usage });
    expect(list[0]).toMatchObject({ message: { usage: { input_tokens: 1, cache_read_input_tokens: 3 } } });
    expect(list.at(-2)).toMatchObject({ usage });
  });
});

describe('an answer broken off', () => {
  test.each([
    ['cut', { cutAfterDeltas: 1 }],
    ['hang', { hangAfterDeltas: 1 }],
    ['error', { errorAfterDeltas: 1 }],
  ] as const)('%s comes after the delta asked for and ends the steps', (type, option) => {
    expect(outline({ text: 'one two', ...option })).toEqual([
      'message_start',
      'content_block_start',
      'text_delta',
      type,
    ]);
  });

  test('with no delta asked for, the answer ends before its text block, thinking included', () => {
    expect(outline({ thinking: ['hm'], text: 'one', cutAfterDeltas: 0 })).toEqual([
      'message_start',
      'content_block_start',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'cut',
    ]);
  });

  test('an answer with fewer deltas ends as usual', () => {
    expect(outline({ text: 'one two', cutAfterDeltas: 3 }).at(-1)).toBe('message_stop');
  });

  test('the error is overloaded_error unless another is named', () => {
    expect(steps({ errorAfterDeltas: 0 }).at(-1)).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
    const streamError = { type: 'api_error', message: 'Oops' };
    expect(steps({ errorAfterDeltas: 0, streamError }).at(-1)).toEqual({ type: 'error', error: streamError });
  });

  test('deltas are asked for one by one', () => {
    let made = 0;
    function* endless() {
      for (;;) yield `${made++} `;
    }
    const taken = answerSteps({ kind: 'answer', deltas: endless() }, identity);
    for (let n = 0; n < 5; n++) taken.next();
    expect(made).toBe(3);
  });
});
