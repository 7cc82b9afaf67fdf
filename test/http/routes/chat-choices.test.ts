import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import type { RunTurn } from '../../../src/core/backend.ts';
import { answerWith, eventsOf, failWith, testApp, type Reply } from '../test-app.ts';
import { eventually } from '../../util/eventually.ts';
import { ask, chunksOf, framesOf, stream } from './ask.ts';

const busy = new HarnessError('OVERLOADED', 'Busy.', { retryAfterMs: 7000 });
const warning = 'x-claude-harness-warning';

/** Each turn of the request is another one of these. */
function inTurn(...turns: RunTurn[]): RunTurn {
  let next = 0;
  return (...args) => {
    const turn = turns[next++];
    if (turn === undefined) throw new Error('one turn too many');
    return turn(...args);
  };
}

/** A turn that says nothing until its signal aborts. */
function silentUntilAborted(onSignal: (signal: AbortSignal) => void): RunTurn {
  return async function* (_conversation, _options, signal) {
    onSignal(signal);
    await new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    yield* eventsOf([]);
  };
}

/** What the chunks of each choice say. */
function textsOf(text: string): string[] {
  const texts: string[] = [];
  for (const { index, delta } of chunksOf(text).flatMap(({ choices }) => choices)) {
    texts[index] = (texts[index] ?? '') + (delta.content ?? '');
  }
  return texts;
}

describe('POST /v1/chat/completions with several choices', () => {
  it('answers with all of them, and the tokens of all', async () => {
    const { status, headers, body } = (await ask(testApp(inTurn(answerWith('One'), answerWith('Two'))), {
      n: 2,
    })) as Reply;
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty(warning);
    expect(body).toMatchObject({
      choices: [
        { index: 0, message: { content: 'One' } },
        { index: 1, message: { content: 'Two' } },
      ],
      usage: { prompt_tokens: 36, completion_tokens: 14, total_tokens: 50 },
    });
  });

  it('streams them side by side under one id, and their usage once', async () => {
    const test = testApp(inTurn(answerWith('O', 'ne'), answerWith('T', 'wo')));
    const { text } = await stream(test, { n: 2, stream_options: { include_usage: true } });
    const chunks = chunksOf(text);
    expect(textsOf(text)).toEqual(['One', 'Two']);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.filter(({ usage }) => usage !== undefined)).toEqual([chunks.at(-1)]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 50 } });
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('answers with those that came to an end, and warns of the others', async () => {
    const turns = inTurn(
      failWith(busy, 'half'),
      answerWith('Two'),
      failWith(new HarnessError('TURN_TIMEOUT', 'Late.')),
    );
    const test = testApp(turns);
    const { status, headers, body } = (await ask(test, { n: 3 })) as Reply;
    expect(status).toBe(200);
    expect(headers[warning]).toBe('2 of 3 choices failed: Busy.');
    expect(body).toMatchObject({ choices: [{ index: 1, message: { content: 'Two' } }], usage: { total_tokens: 25 } });
    expect(JSON.stringify(body)).not.toContain('half');
    await eventually(() => {
      expect(test.log.lines.at(-1)?.fields).toMatchObject({ status: 200, error: 'OVERLOADED', tokens_out: 7 });
    });
  });

  it.each([true, false])('ends a stream in which one failed with its error (the first one: %s)', async (isFirst) => {
    const failing = failWith(busy, 'half');
    const turns = isFirst ? [failing, answerWith('T', 'wo')] : [answerWith('T', 'wo'), failing];
    const { status, text } = await stream(testApp(inTurn(...turns)), {
      n: 2,
      stream_options: { include_usage: true },
    });
    expect(status).toBe(200);
    // The other choice is complete, and no usage says that it were all.
    expect(textsOf(text)).toEqual(isFirst ? ['half', 'Two'] : ['Two', 'half']);
    const finished = chunksOf(text).flatMap(({ choices }) => choices.filter((choice) => choice.finish_reason !== null));
    expect(finished.map(({ index }) => index)).toEqual([isFirst ? 1 : 0]);
    expect(text).not.toContain('"usage"');
    expect(JSON.parse(framesOf(text).at(-1) ?? '')).toMatchObject({ error: { code: 'overloaded' } });
    expect(text).not.toContain('[DONE]');
  });

  it.each([true, false])('fails with its own status when all have failed (stream: %s)', async (streamed) => {
    const turns = inTurn(failWith(busy), failWith(new HarnessError('TURN_TIMEOUT', 'Late.')));
    const { status, headers, body } = (await ask(testApp(turns), { n: 2, stream: streamed })) as Reply;
    expect(status).toBe(503);
    expect(headers['retry-after']).toBe('7');
    expect(headers).not.toHaveProperty(warning);
    expect(body).toMatchObject({ error: { code: 'overloaded' } });
  });

  it('tells nothing of an unexpected failure of one but that there was one', async () => {
    const turns = () => inTurn(answerWith('One'), failWith(new TypeError('secret detail'), 'half'));
    const whole = (await ask(testApp(turns()), { n: 2 })) as Reply;
    expect(whole.headers[warning]).toContain('1 of 2 choices failed: The harness failed internally');
    const { text } = await stream(testApp(turns()), { n: 2 });
    expect(text).toContain('internal_error');
    expect(JSON.stringify(whole.headers) + text).not.toContain('secret');
  });

  it('begins all turns at once, and aborts them all when the service stops', async () => {
    const signals: AbortSignal[] = [];
    const test = testApp(silentUntilAborted((signal) => signals.push(signal)));
    const answer = ask(test, { n: 3 }).then((response) => response as Reply);
    await eventually(() => {
      expect(signals).toHaveLength(3);
    });
    test.active.abortAll(new HarnessError('DRAINING', 'Stopping.'));
    expect(await answer).toMatchObject({ status: 503, body: { error: { code: 'draining' } } });
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    expect(await test.active.idle(1000)).toBe(true);
  });

  it('refuses more than the configuration allows, and runs no turn', async () => {
    const { status, body } = (await ask(testApp(inTurn(), { maxChoices: 2 }), { n: 3 })) as Reply;
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { param: 'n' } });
  });
});
