import { describe, expect, it } from 'vitest';
import type { RunTurn } from '../../../src/core/backend.ts';
import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import type { TurnStage } from '../../../src/core/turn-options.ts';
import { eventsOf, failWith, testApp, type Reply } from '../test-app.ts';
import { ask } from './ask.ts';

const failure = (code: ErrorCode): HarnessError => new HarnessError(code, 'Why it failed.');

/** A turn that fails after these stages, without a word of the model. */
function failAfter(stages: readonly TurnStage[], code: ErrorCode): RunTurn {
  return async function* (_conversation, { onStage }) {
    for (const stage of stages) onStage?.(stage);
    await Promise.reject(failure(code));
    yield* eventsOf([]);
  };
}

const admitted: TurnStage = { name: 'admitted', backend: 'cli' };
const asked: readonly TurnStage[] = [admitted, { name: 'acquired', process: 'warm' }, { name: 'fed' }];

async function outcomeOf(run: RunTurn, body: object = {}): Promise<[number, unknown]> {
  const { status, body: answer } = (await ask(testApp(run), body)) as Reply;
  return [status, (answer as { error: { code: string } }).error.code];
}

describe('the failure of a whole answer', () => {
  it.each<[ErrorCode, number, string]>([
    ['RATE_LIMITED', 429, 'rate_limit_exceeded'],
    ['PLAN_LIMIT_REACHED', 429, 'plan_limit_reached'],
    ['OVERLOADED', 503, 'overloaded'],
    ['NOT_LOGGED_IN', 503, 'not_logged_in'],
  ])('is the refusal of an API that has said no other word: %s', async (code, status, wireCode) => {
    expect(await outcomeOf(failAfter(asked, code))).toEqual([status, wireCode]);
    expect(await outcomeOf(failWith(failure(code), 'Once upon '))).toEqual([502, 'answer_interrupted']);
  });

  it('is a refusal when the service stops before the model is asked, and none afterwards', async () => {
    expect(await outcomeOf(failAfter([admitted], 'DRAINING'))).toEqual([503, 'draining']);
    const interrupted = [502, 'answer_interrupted'];
    expect(await outcomeOf(failAfter(asked, 'DRAINING'))).toEqual(interrupted);
    expect(await outcomeOf(failAfter(asked, 'DRAINING'), { stream: true })).toEqual(interrupted);
    expect(await outcomeOf(failAfter([{ name: 'admitted', backend: 'direct' }], 'DRAINING'))).toEqual(interrupted);
  });

  it('says why, and keeps every other status', async () => {
    const { body } = (await ask(testApp(failWith(failure('OVERLOADED'), 'Once upon ')), {})) as Reply;
    expect(body).toMatchObject({ error: { message: expect.stringContaining('Why it failed.') as string } });
    expect(await outcomeOf(failWith(failure('TURN_TIMEOUT'), 'Once upon '))).toEqual([504, 'turn_timeout']);
  });
});
