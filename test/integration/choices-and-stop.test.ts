import { APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { apiErrors } from '../../src/stand-in/api-errors.ts';
import { cheapModel } from '../support/harness.ts';
import { sharedHarness } from '../support/shared-harness.ts';
import { upstreamBody } from '../support/upstream.ts';

const shared = sharedHarness();
const { requests } = shared;

const request = { model: cheapModel, messages: [{ role: 'user' as const, content: 'Count.' }] };
const ask = (fields: object) => shared.harness.client.chat.completions.create({ ...request, stream: false, ...fields });

async function streamed(fields: object) {
  const stream = await shared.harness.client.chat.completions.create({ ...request, stream: true, ...fields });
  const texts: string[] = [];
  const reasons: (string | null)[] = [];
  let total: number | undefined;
  for await (const { choices, usage } of stream) {
    total = usage?.completion_tokens ?? total;
    for (const { index, delta, finish_reason: reason } of choices) {
      texts[index] = (texts[index] ?? '') + (delta.content ?? '');
      if (reason !== null) reasons[index] = reason;
    }
  }
  return { texts, reasons, total };
}

describe('stop', () => {
  test('ends the answer right before the match, also when it is split over deltas, and ends the CLI', async () => {
    shared.harness.standIn.behave({
      kind: 'answer',
      deltas: ['one two ', 'th', 'r', 'ee EN', 'D four', ...Array<string>(500).fill(' more')],
      deltaEveryMs: 20,
    });
    const answer = await streamed({ stop: ['###', 'END'] });

    expect(answer).toMatchObject({ texts: ['one two three '], reasons: ['stop'] });
    expect(upstreamBody(requests()[0]).stop_sequences).toEqual(['###', 'END']);
    expect(await requests()[0]?.closedEarly).toBe(true);
    expect(requests()).toHaveLength(1);
  });

  test('takes a single string, and white space, which the API would refuse', async () => {
    shared.harness.standIn.behave({ kind: 'answer', deltas: ['one', '\n', '\ntwo'] });
    const completion = await ask({ stop: '\n\n' });

    expect(completion.choices[0]).toMatchObject({ message: { content: 'one' }, finish_reason: 'stop' });
    expect(upstreamBody(requests()[0]).stop_sequences).toBeUndefined();
  });

  test('changes nothing where it does not occur', async () => {
    shared.harness.standIn.behave({ kind: 'answer', deltas: ['one EN', 'two E', 'N'] });
    expect((await ask({ stop: 'END' })).choices[0]?.message.content).toBe('one ENtwo EN');
  });

  test('that the API itself has found is told as stop', async () => {
    shared.harness.standIn.behave({
      kind: 'answer',
      text: 'one ',
      stopReason: 'stop_sequence',
      stopSequence: 'END',
      usage: { output_tokens: 3 },
    });
    const completion = await ask({ stop: 'END' });

    expect(completion.choices[0]).toMatchObject({ message: { content: 'one ' }, finish_reason: 'stop' });
    expect(completion.usage?.completion_tokens).toBe(3);
  });
});

describe('n', () => {
  const numbered = (_request: unknown, index: number) => ({
    kind: 'answer' as const,
    text: `answer ${index} of them`,
    usage: { output_tokens: 10 },
  });

  test('gives so many answers of turns of their own, and adds their usage up', async () => {
    shared.harness.standIn.behave(numbered);
    const completion = await ask({ n: 3 });

    expect(completion.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(completion.choices.map(({ message }) => message.content).toSorted()).toEqual([
      'answer 0 of them',
      'answer 1 of them',
      'answer 2 of them',
    ]);
    expect(completion.usage?.completion_tokens).toBe(30);
  });

  test('streams each with its index', async () => {
    shared.harness.standIn.behave(numbered);
    const { texts, reasons, total } = await streamed({ n: 2, stream_options: { include_usage: true } });

    expect(texts.toSorted()).toEqual(['answer 0 of them', 'answer 1 of them']);
    expect(reasons).toEqual(['stop', 'stop']);
    expect(total).toBe(20);
  });

  test('keeps the other answers when one fails', async () => {
    shared.harness.standIn.behave((_request, index) =>
      index === 0 ? apiErrors.promptTooLong() : numbered(_request, index),
    );
    const { data, response } = await shared.harness.client.chat.completions.create({ ...request, n: 2 }).withResponse();

    expect(data.choices.map(({ message }) => message.content)).toEqual(['answer 1 of them']);
    expect(response.headers.get('x-claude-harness-warning')).toContain('1 of 2 choices failed');
  });

  test('is bounded by the configuration', async () => {
    const error: unknown = await ask({ n: 5 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 400, param: 'n' });
  });
});
