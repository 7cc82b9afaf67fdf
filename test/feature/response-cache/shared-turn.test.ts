import { describe, expect, it, vi } from 'vitest';
import { HarnessError } from '../../../src/core/errors.ts';
import { SharedTurn } from '../../../src/feature/response-cache/shared-turn.ts';
import { never } from '../../support/hello.ts';
import { restart } from '../../turn/scripted.ts';
import { eventually } from '../../util/eventually.ts';
import { answer, receive, turnsByHand } from './turn-by-hand.ts';

function setup() {
  const turns = turnsByHand();
  const onAnswered = vi.fn();
  const onOver = vi.fn();
  const shared = new SharedTurn({ run: (signal) => turns.run(signal), onAnswered, onOver });
  const follow = (signal = never) => {
    const pays = vi.fn();
    return { ...receive(shared.follow(signal, pays)), pays };
  };
  return { turns, onAnswered, onOver, follow };
}

const left = new HarnessError('ABORTED', 'The client closed the connection.');

describe('a turn that is shared', () => {
  it('gives who comes later all of the answer so far, and then the rest as it comes', async () => {
    const { turns, follow, onAnswered, onOver } = setup();
    const first = follow();
    turns.give(0, ...answer.slice(0, 3));
    await eventually(() => {
      expect(first.events).toEqual(answer.slice(0, 3));
    });
    const second = follow();
    await eventually(() => {
      expect(second.events).toEqual(answer.slice(0, 3));
    });
    turns.give(0, ...answer.slice(3));
    turns.end(0);
    expect([await first.done, await second.done]).toEqual([undefined, undefined]);
    expect([first.events, second.events, turns.begun]).toEqual([answer, answer, 1]);
    expect(onAnswered.mock.calls).toEqual([[answer]]);
    expect(onOver).toHaveBeenCalledOnce();
  });

  it('is whole for who comes after its answer has begun again', async () => {
    const { turns, follow, onAnswered } = setup();
    const first = follow();
    const again = restart();
    turns.give(0, ...answer.slice(0, 3), again);
    await eventually(() => {
      expect(first.events).toHaveLength(4);
    });
    const second = follow();
    turns.give(0, ...answer.slice(1));
    turns.end(0);
    await Promise.all([first.done, second.done]);
    const whole = [{ ...again, type: 'start' }, ...answer.slice(1)];
    expect(second.events).toEqual(whole);
    expect(first.events).toEqual([...answer.slice(0, 3), again, ...answer.slice(1)]);
    expect(onAnswered.mock.calls).toEqual([[whole]]);
  });

  it('goes on while anybody follows it, as the turn of the first of those', async () => {
    const { turns, follow } = setup();
    const leaving = new AbortController();
    const first = follow(leaving.signal);
    const second = follow();
    const third = follow();
    turns.give(0, ...answer.slice(0, 2));
    leaving.abort(left);
    expect(await first.done).toBe(left);
    expect(turns.running).toBe(1);
    turns.give(0, ...answer.slice(2));
    turns.end(0);
    await Promise.all([second.done, third.done]);
    expect([second.events, third.events]).toEqual([answer, answer]);
    expect([first.pays, second.pays, third.pays].map(({ mock }) => mock.calls)).toEqual([[], [[true]], [[false]]]);
  });

  it('is cancelled when the last one leaves, who waits until it is over', async () => {
    const { turns, follow, onAnswered, onOver } = setup();
    const leaving = new AbortController();
    const followers = [follow(leaving.signal), follow(leaving.signal)];
    turns.give(0, ...answer.slice(0, 2));
    leaving.abort(left);
    expect(await Promise.all(followers.map(({ done }) => done))).toEqual([left, left]);
    expect([turns.running, onAnswered.mock.calls.length, onOver.mock.calls.length]).toEqual([0, 0, 1]);
  });

  it('fails for all with what it fails with', async () => {
    const { turns, follow, onAnswered, onOver } = setup();
    const followers = [follow(), follow()];
    turns.give(0, ...answer.slice(0, 3));
    const failure = new HarnessError('OVERLOADED', 'Busy.');
    turns.end(0, failure);
    expect(await Promise.all(followers.map(({ done }) => done))).toEqual([failure, failure]);
    expect([onAnswered.mock.calls.length, onOver.mock.calls.length]).toEqual([0, 1]);
  });

  it('fails for its follower also where it can’t even begin', async () => {
    const failure = new HarnessError('MODEL_NOT_FOUND', 'No such model.');
    const onOver = vi.fn();
    const shared: SharedTurn = new SharedTurn({
      run: () => {
        throw failure;
      },
      onAnswered: vi.fn(),
      onOver: () => {
        onOver(shared);
      },
    });
    expect(await receive(shared.follow(never, vi.fn())).done).toBe(failure);
    expect(onOver.mock.calls).toEqual([[shared]]);
  });
});
