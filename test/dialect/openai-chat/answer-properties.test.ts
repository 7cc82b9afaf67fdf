import fc from 'fast-check';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { describe, expect, it } from 'vitest';
import type { ChatAnswer } from '../../../src/dialect/openai-chat/types.ts';
import { collect, collectChoices, restart, streamChoices, streamOf } from './answer.ts';
import { anyCuts, anyOptions, anySource, interleave, messageOf, turnOf } from './any-answer.ts';
import { joinChunks, type JoinedChoice } from './join-chunks.ts';

/** In a stream an answer begins with an empty text; and each entry of a list has its index. */
function toAnswer({ message }: JoinedChoice): unknown {
  const { content, refusal = null, tool_calls: calls, ...rest } = message;
  const isElsewhere = refusal !== null || calls !== undefined || 'function_call' in rest;
  return {
    ...rest,
    content: content === '' && isElsewhere ? null : content,
    refusal,
    ...(Array.isArray(calls) && { tool_calls: calls.map(withoutIndex) }),
  };
}

function withoutIndex(call: object): object {
  const copy: { index?: number } = { ...call };
  delete copy.index;
  return copy;
}

const joinedOf = (chunks: Parameters<typeof joinChunks>[0], choice = 0) =>
  joinChunks(chunks).get(choice) ?? { message: {}, finishReason: null };

describe('any answer', () => {
  it('is the same message streamed, in one piece, and as the model gave it', () => {
    fc.assert(
      fc.property(anySource, anyCuts, anyOptions, (source, cuts, options) => {
        const events = turnOf(source, cuts);
        const [choice] = collect(events, options).choices;
        const joined = joinedOf(streamOf(events, options));
        const expected = messageOf(source, options);
        expect(choice?.message).toEqual(expected);
        expect(toAnswer(joined)).toEqual(expected);
        expect(joined.finishReason).toBe(choice?.finish_reason);
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same however it was cut into deltas', () => {
    fc.assert(
      fc.property(anySource, anyCuts, anyCuts, anyOptions, (source, cuts, otherCuts, options) => {
        const joined = joinedOf(streamOf(turnOf(source, cuts), options));
        expect(joinedOf(streamOf(turnOf(source, otherCuts), options))).toEqual(joined);
      }),
      { numRuns: 500 },
    );
  });

  it('has no chunk that says nothing but the finish reason, and that one last', () => {
    fc.assert(
      fc.property(anySource, anyCuts, anyOptions, (source, cuts, options) => {
        const deltas = streamOf(turnOf(source, cuts), options).map(({ choices }) => choices[0]);
        expect(deltas[0]?.delta).toEqual({ role: 'assistant', content: '' });
        const isEmpty = deltas.map((choice) => Object.keys(choice?.delta ?? {}).length === 0);
        expect(isEmpty.indexOf(true)).toBe(deltas.length - 1);
        expect(deltas.findIndex((choice) => choice?.finish_reason !== null)).toBe(deltas.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  it('is read by the official client as it was given', async () => {
    await fc.assert(
      fc.asyncProperty(anySource, anyCuts, anyOptions, async (source, cuts, options) => {
        const chunks = streamOf(turnOf(source, cuts), options);
        const body = new Blob(chunks.map((chunk) => `${JSON.stringify(chunk)}\n`)).stream();
        const completion = await ChatCompletionStream.fromReadableStream(body).finalChatCompletion();
        const { content, refusal, tool_calls: calls, function_call: legacyCall } = messageOf(source, options);
        const message = completion.choices[0]?.message;
        expect(message?.content || null).toBe(content || null);
        expect(message?.refusal ?? null).toBe(refusal);
        expect(message?.tool_calls ?? []).toMatchObject(calls ?? []);
        expect(message?.function_call ?? null).toEqual(legacyCall ?? null);
      }),
      { numRuns: 200 },
    );
  });

  it('stays apart from the other choices, in whatever order their events come', () => {
    const sources = fc.array(fc.tuple(anySource, anyCuts), { minLength: 1, maxLength: 3 });
    const picks = fc.array(fc.nat({ max: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(sources, picks, anyOptions, (list, order, changes) => {
        const options = { ...changes, choices: list.length };
        const events = interleave(
          list.map(([source, cuts]) => turnOf(source, cuts)),
          order,
        );
        const chunks = streamChoices(events, { ...options, includeUsage: true });
        const completion = collectChoices(events, options);
        const expected = list.map(([source]) => messageOf(source, options));
        expect(completion.choices.map(({ message }) => message)).toEqual(expected);
        expect(expected.map((_, choice) => toAnswer(joinedOf(chunks, choice)))).toEqual(expected);
        expect(chunks.flatMap(({ usage }) => usage ?? [])).toEqual([completion.usage]);
        expect(chunks.at(-1)?.usage).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it('that begins again is the second one, or fails where the first one cannot be taken back', () => {
    fc.assert(
      fc.property(anySource, anySource, anyCuts, fc.nat(), anyOptions, (first, second, cuts, length, options) => {
        const begun = turnOf(first, cuts).slice(0, -1);
        const events = [...begun.slice(0, 1 + (length % begun.length)), restart(), ...turnOf(second, cuts).slice(1)];
        const expected: ChatAnswer = messageOf(second, options);
        expect(collect(events, options).choices[0]?.message).toEqual(expected);
        const hasBegun = streamOf(events.slice(0, 1 + (length % begun.length)), options).length > 1;
        if (hasBegun) expect(() => streamOf(events, options)).toThrow('began again');
        else expect(toAnswer(joinedOf(streamOf(events, options)))).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
