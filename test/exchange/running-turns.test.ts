import { describe, expect, it } from 'vitest';
import { RequestRecord } from '../../src/exchange/record.ts';
import { RunningTurns } from '../../src/exchange/running-turns.ts';

const never = new AbortController().signal;
const recordOf = (id: string) => new RequestRecord(id, () => 0, { arrivedAt: 500 });

describe('RunningTurns', () => {
  it('lists what has begun and has not ended, the first first', () => {
    const running = new RunningTurns();
    const [one, two] = [recordOf('one'), recordOf('two')];
    const first = running.begin(one, never);
    running.begin(two, never);
    expect(running.list()).toEqual([one, two]);
    first.end();
    expect(running.list()).toEqual([two]);
  });

  it('cancels all that have the id, and nothing else', () => {
    const running = new RunningTurns();
    const [one, other, again] = ['one', 'other', 'one'].map((id) => running.begin(recordOf(id), never));
    expect(running.cancel('one')).toBe(true);
    expect(one?.signal.reason).toMatchObject({ code: 'TURN_CANCELLED' });
    expect([other?.signal.aborted, again?.signal.aborted]).toEqual([false, true]);
  });

  it('knows nothing of what is over', () => {
    const running = new RunningTurns();
    running.begin(recordOf('one'), never).end();
    expect(running.cancel('one')).toBe(false);
  });

  it('ends with the client’s own signal, for its reason', () => {
    const client = new AbortController();
    const { signal } = new RunningTurns().begin(recordOf('one'), client.signal);
    client.abort(new Error('it left'));
    expect(signal.reason).toEqual(new Error('it left'));
  });
});
