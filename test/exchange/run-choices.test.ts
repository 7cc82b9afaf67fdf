import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { runChoices } from '../../src/exchange/run-choices.ts';
import { createDeferred } from '../../src/util/deferred.ts';

const text = (value: string): TurnEvent => ({ type: 'text', id: 0, text: value });
const textOf = (event: TurnEvent) => (event.type === 'text' ? event.text : event.type);
const failure = (message: string) => new HarnessError('OVERLOADED', message);

/** A turn that says these words, and fails with what is no word. */
async function* saying(...words: (string | Error)[]): AsyncGenerator<TurnEvent> {
  for (const word of words) {
    await Promise.resolve();
    if (word instanceof Error) throw word;
    yield text(word);
  }
}

/** Runs these turns; gives what each said, and the failures. */
async function run(...turns: (() => AsyncIterable<TurnEvent>)[]) {
  const said = turns.map(() => '');
  const failures = await runChoices({
    count: turns.length,
    run: (choice) => turns[choice]?.() ?? saying(new Error('no such choice')),
    onEvent: (event, choice) => {
      said[choice] = `${said[choice] ?? ''}${textOf(event)}`;
    },
  });
  return { said, failures: failures.map(({ code, message }) => [code, message]) };
}

describe('runChoices', () => {
  it('hands over the events of each choice in order, with its number', async () => {
    const turns = [() => saying('a', 'b', 'c'), () => saying('x'), () => saying()];
    expect(await run(...turns)).toEqual({ said: ['abc', 'x', ''], failures: [] });
  });

  it('runs the others to their end when one fails, and tells what it failed with', async () => {
    const { said, failures } = await run(
      () => saying('a', failure('Busy.')),
      () => saying('x', 'y', 'z'),
    );
    expect(said).toEqual(['a', 'xyz']);
    expect(failures).toEqual([['OVERLOADED', 'Busy.']]);
  });

  it('tells all failures, in the order of the choices, and an unexpected one as internal', async () => {
    const { failures } = await run(
      () => saying('a', 'b', failure('Late.')),
      () => saying('x'),
      () => saying(new TypeError('secret')),
    );
    expect(failures.map(([code]) => code)).toEqual(['OVERLOADED', 'INTERNAL']);
    expect(JSON.stringify(failures)).not.toContain('secret');
  });

  it.each([1, 3])('throws what the first failed with when all %d have failed', async (count) => {
    const turns = Array.from({ length: count }, (_, choice) => () => saying(failure(`Choice ${choice}.`)));
    await expect(run(...turns)).rejects.toMatchObject({ code: 'OVERLOADED', message: 'Choice 0.' });
  });

  it('waits for all of them before it throws', async () => {
    const slow = createDeferred<undefined>();
    let isSettled = false;
    const running = run(
      () => saying(failure('Quick.')),
      async function* () {
        await slow.promise;
        yield* saying('x', failure('Slow.'));
      },
    ).finally(() => {
      isSettled = true;
    });
    const settled = expect(running).rejects.toThrow('Quick.');
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    slow.resolve(undefined);
    await settled;
  });

  it('takes a turn that cannot even begin for one that failed', async () => {
    const broken = () => {
      throw failure('Not begun.');
    };
    expect(await run(broken, () => saying('x'))).toEqual({
      said: ['', 'x'],
      failures: [['OVERLOADED', 'Not begun.']],
    });
  });

  it('asks a turn for nothing before its last event was dealt with, while the other goes on', async () => {
    const pulled: string[] = [];
    const pulling = async function* (...words: string[]): AsyncGenerator<TurnEvent> {
      await Promise.resolve();
      for (const word of words) {
        pulled.push(word);
        yield text(word);
      }
    };
    const room = createDeferred<undefined>();
    const running = runChoices({
      count: 2,
      run: (choice) => (choice === 0 ? pulling('a', 'b', 'c') : pulling('x', 'y', 'z')),
      onEvent: (event) => (textOf(event) === 'a' ? room.promise : undefined),
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(pulled.filter((word) => 'abc'.includes(word))).toEqual(['a']);
    expect(pulled.filter((word) => 'xyz'.includes(word))).toEqual(['x', 'y', 'z']);
    room.resolve(undefined);
    expect(await running).toEqual([]);
    expect(pulled.filter((word) => 'abc'.includes(word))).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [
      'throws',
      () => {
        throw failure('Too late.');
      },
    ],
    ['rejects', () => Promise.reject(failure('Too late.'))],
  ])('leaves a turn whose event %s, so that its process is freed', async (_, onEvent) => {
    let isLeft = false;
    const endless = async function* (): AsyncGenerator<TurnEvent> {
      try {
        for (;;) yield await Promise.resolve(text('on and on'));
      } finally {
        isLeft = true;
      }
    };
    await expect(runChoices({ count: 1, run: endless, onEvent })).rejects.toThrow('Too late.');
    expect(isLeft).toBe(true);
  });
});
