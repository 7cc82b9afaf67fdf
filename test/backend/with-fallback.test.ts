import { describe, expect, it, vi } from 'vitest';
import { HarnessError, type ErrorCode } from '../../src/core/errors.ts';
import type { RunTurn } from '../../src/core/backend.ts';
import { withFallback } from '../../src/backend/with-fallback.ts';
import { memoryLog } from '../support/memory-log.ts';
import { attempt, end, restart, run, scripted, start, textBlock, type Script } from '../turn/scripted.ts';

const failure = (code: ErrorCode) => new HarnessError(code, 'why');
const answer: Script = [start(), ...textBlock('hello'), end('end_turn')];
const other: Script = [start(), ...textBlock('directly'), end('end_turn')];

function both(...first: Script[]) {
  const log = memoryLog();
  const onFallback = vi.fn<(reason: ErrorCode) => void>();
  const cli = scripted(...first);
  const direct = scripted(...first.map(() => other));
  const runTurn: RunTurn = withFallback(cli.runTurn, direct.runTurn, { log, onFallback });
  return { log, onFallback, cli, direct, runTurn };
}

describe('withFallback', () => {
  it('leaves a turn alone that is answered', async () => {
    const { runTurn, direct, log } = both(answer);
    expect(await run(runTurn)).toEqual(answer);
    expect(direct.asked).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  it.each<ErrorCode>(['PLAN_LIMIT_REACHED', 'EXTRA_USAGE_REQUIRED', 'NOT_LOGGED_IN', 'CLI_MISSING'])(
    'takes over after %s',
    async (code) => {
      const { runTurn, direct, onFallback } = both([failure(code)]);
      expect(await run(runTurn)).toEqual(other);
      expect(direct.asked).toHaveLength(1);
      expect(onFallback.mock.calls).toEqual([[code]]);
    },
  );

  it.each<ErrorCode>(['RATE_LIMITED', 'OVERLOADED', 'INVALID_REQUEST', 'QUEUE_FULL', 'CLI_FAILED', 'ABORTED'])(
    'does not take over after %s',
    async (code) => {
      const { runTurn, direct, onFallback } = both([failure(code)]);
      expect(await attempt(runTurn)).toMatchObject({ events: [], error: { code } });
      expect(direct.asked).toEqual([]);
      expect(onFallback).not.toHaveBeenCalled();
    },
  );

  it('takes over while nothing but the start of an answer has gone out, which a restart makes void', async () => {
    const { runTurn } = both([start(), failure('PLAN_LIMIT_REACHED')]);
    expect(await run(runTurn)).toEqual([start(), restart(), ...other.slice(1)]);
  });

  it('takes over after a restart that nothing has followed, too', async () => {
    const { runTurn } = both([start(), restart(), failure('PLAN_LIMIT_REACHED')]);
    expect(await run(runTurn)).toEqual([start(), restart(), restart(), ...other.slice(1)]);
  });

  it('takes over after a warning, which is no part of an answer', async () => {
    const warning = { type: 'warning', message: 'top_k was left out.' } as const;
    const { runTurn } = both([warning, start(), failure('PLAN_LIMIT_REACHED')]);
    expect(await run(runTurn)).toEqual([warning, start(), restart(), ...other.slice(1)]);
  });

  it('does not take over once a part of the answer has gone out', async () => {
    const { runTurn, direct } = both([start(), ...textBlock('hel'), failure('PLAN_LIMIT_REACHED')]);
    const { events, error } = await attempt(runTurn);
    expect(events).toEqual([start(), ...textBlock('hel')]);
    expect(error).toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
    expect(direct.asked).toEqual([]);
  });

  it('does not take over for a client that has left', async () => {
    const { runTurn, direct } = both([failure('PLAN_LIMIT_REACHED')]);
    const turn = runTurn({ system: [], messages: [] }, { model: 'sonnet' }, AbortSignal.abort());
    await expect(turn[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'PLAN_LIMIT_REACHED' });
    expect(direct.asked).toEqual([]);
  });

  it('fails with what the second backend fails with', async () => {
    const cli = scripted([failure('PLAN_LIMIT_REACHED')]);
    const direct = scripted([failure('API_KEY_REFUSED')]);
    const runTurn = withFallback(cli.runTurn, direct.runTurn, { log: memoryLog(), onFallback: vi.fn() });
    expect(await attempt(runTurn)).toMatchObject({ error: { code: 'API_KEY_REFUSED' } });
  });

  it('says in the log when it begins and when it ends, not for each turn', async () => {
    const limited: Script = [failure('PLAN_LIMIT_REACHED')];
    const { runTurn, log, onFallback } = both(limited, limited, limited, answer, answer, limited);
    for (let turn = 0; turn < 6; turn++) await run(runTurn);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn']);
    expect(onFallback).toHaveBeenCalledTimes(4);
  });

  it('says it anew for another reason, and for another model', async () => {
    const { runTurn, log } = both([failure('PLAN_LIMIT_REACHED')], [failure('NOT_LOGGED_IN')], answer);
    await run(runTurn);
    await run(runTurn);
    await run(runTurn, { model: 'haiku' });
    expect(log.lines.map(({ fields }) => fields['error'])).toEqual(['PLAN_LIMIT_REACHED', 'NOT_LOGGED_IN']);
  });
});
