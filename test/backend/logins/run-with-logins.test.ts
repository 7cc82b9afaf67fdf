import { describe, expect, it } from 'vitest';
import { planLimitError } from '../../../src/admission/plan-limits.ts';
import { ConversationLogins } from '../../../src/backend/logins/conversation-logins.ts';
import { runWithLogins, type RunWithLoginsOptions } from '../../../src/backend/logins/run-with-logins.ts';
import { HarnessError, type ErrorCode } from '../../../src/core/errors.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { attempt, end, restart, run, scripted, start, textBlock, type Script } from '../../turn/scripted.ts';

const failure = (code: ErrorCode) => new HarnessError(code, 'why');
const answer = (text: string): Script => [start(), ...textBlock(text), end('end_turn')];

/** The scripts of two logins, in the order in which they are tried. */
function both(home: Script[], work: Script[], changes: Partial<RunWithLoginsOptions> = {}) {
  const log = memoryLog();
  const logins = { home: scripted(...home), work: scripted(...work) };
  const places = { entered: 0, left: 0 };
  const used: string[] = [];
  const asked: (string | undefined)[] = [];
  const runTurn = runWithLogins({
    order: (_model, last) => {
      asked.push(last);
      return Object.entries(logins).map(([name, { runTurn: own }]) => ({ name, run: own }));
    },
    admit: () => undefined,
    onUse: (login) => used.push(login),
    conversations: new ConversationLogins(() => 0),
    queue: {
      enter: () => {
        places.entered += 1;
        return Promise.resolve();
      },
      leave: () => {
        places.left += 1;
      },
    },
    log,
    ...changes,
  });
  return { ...logins, log, places, used, asked, runTurn };
}

describe('a turn with several logins', () => {
  it('is the first login’s where that answers, and so is the next of the conversation', async () => {
    const { runTurn, work, places, asked } = both([answer('one'), answer('two')], []);
    expect(await run(runTurn)).toEqual(answer('one'));
    expect(await run(runTurn)).toEqual(answer('two'));
    expect(work.asked).toEqual([]);
    expect(places).toEqual({ entered: 2, left: 2 });
    expect(asked.at(-1)).toBe('home');
  });

  it.each<ErrorCode>(['PLAN_LIMIT_REACHED', 'EXTRA_USAGE_REQUIRED', 'NOT_LOGGED_IN'])(
    'moves on after %s, in the same place of the queue',
    async (code) => {
      const { runTurn, places, used } = both([[failure(code)]], [answer('at work')]);
      expect(await run(runTurn)).toEqual(answer('at work'));
      expect(places).toEqual({ entered: 1, left: 1 });
      expect(used).toEqual(['home', 'work']);
    },
  );

  it('begins its answer anew where the first login has done no more than start', async () => {
    const { runTurn } = both([[start(), failure('PLAN_LIMIT_REACHED')]], [answer('at work')]);
    expect(await run(runTurn)).toEqual([start(), restart(), ...answer('at work').slice(1)]);
  });

  it('does not move on once a part of the answer has gone out', async () => {
    const limit = failure('PLAN_LIMIT_REACHED');
    const { runTurn, work, places } = both([[start(), ...textBlock('half'), limit]], [answer('at work')]);
    expect((await attempt(runTurn)).error).toBe(limit);
    expect(work.asked).toEqual([]);
    expect(places).toEqual({ entered: 1, left: 1 });
  });

  it.each<ErrorCode>(['OVERLOADED', 'CLI_MISSING', 'INVALID_REQUEST'])('does not move on after %s', async (code) => {
    const error = failure(code);
    const { runTurn, work } = both([[error]], [answer('at work')]);
    expect((await attempt(runTurn)).error).toBe(error);
    expect(work.asked).toEqual([]);
  });

  it('does not use a login whose rest is not for it', async () => {
    const { runTurn, home } = both([], [answer('at work')], {
      admit: (login) => {
        if (login === 'home') throw failure('BUDGET_EXCEEDED');
      },
    });
    expect(await run(runTurn)).toEqual(answer('at work'));
    expect(home.asked).toEqual([]);
  });

  it('fails with the earliest reset where all are limited', async () => {
    const { runTurn } = both([[planLimitError(3000)]], [[planLimitError(2000)]]);
    expect((await attempt(runTurn)).error).toMatchObject({ code: 'PLAN_LIMIT_REACHED', facts: { resetsAt: 2000 } });
  });

  it('fails without a place in the queue where all are known to be limited', async () => {
    const limited = (name: string, resetsAt: number) => ({
      ...{ name, run: scripted().runTurn, refusal: planLimitError(resetsAt) },
    });
    const { runTurn, places } = both([], [], { order: () => [limited('home', 3000), limited('work', 2000)] });
    expect((await attempt(runTurn)).error).toMatchObject({ facts: { resetsAt: 2000 } });
    expect(places.entered).toBe(0);
  });

  it('tells in the log when a login is passed over, and when it serves again, once each', async () => {
    const limit = [failure('PLAN_LIMIT_REACHED')];
    const { runTurn, log } = both([limit, limit, answer('one')], [answer('two'), answer('three')]);
    for (let turn = 0; turn < 3; turn += 1) await run(runTurn);
    expect(log.lines.map(({ message, fields }) => [message, fields['login']])).toEqual([
      ['turns go to another login now', 'home'],
      ['a login serves turns again', 'home'],
    ]);
  });
});
