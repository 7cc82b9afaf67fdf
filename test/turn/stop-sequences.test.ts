import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HarnessError } from '../../src/core/errors.ts';
import type { TurnEvent } from '../../src/core/turn-event.ts';
import { withStopSequences } from '../../src/turn/stop-sequences.ts';
import { collect } from './collect.ts';
import {
  attempt,
  blockStop,
  callBlock,
  end,
  outputBlock,
  refusalBlock,
  run,
  scripted,
  restart,
  start,
  text,
  textBlock,
  thinkingBlock,
  usageOf,
} from './scripted.ts';
import { textOf } from '../cli/turn/transcript.ts';
import { hello, never } from '../support/hello.ts';

const textStart: TurnEvent = { type: 'block_start', id: 0, block: { type: 'text' } };
const answerOf = (...pieces: string[]) => [start(), ...textBlock(...pieces), end('end_turn')];

/** What the client gets of an answer when it ends before the first of `stopSequences`. */
const cut = (answer: readonly TurnEvent[], ...stopSequences: string[]) =>
  run(withStopSequences(scripted(answer).runTurn), { stopSequences });

describe('withStopSequences', () => {
  it.each([[undefined], [[]], [['']]])('passes an answer on as it is where %j are to end it', async (stopSequences) => {
    const answer = answerOf('one', '', ' two');
    const turns = scripted(answer);
    const events = await run(withStopSequences(turns.runTurn), stopSequences && { stopSequences });
    expect(events).toEqual(answer);
  });

  it('asks for the answer as it was asked itself', async () => {
    const turns = scripted(answerOf('one'));
    const { signal } = new AbortController();
    const turn = { model: 'sonnet', stopSequences: ['END'] };
    await collect(withStopSequences(turns.runTurn)(hello, turn, signal));
    expect(turns.asked[0]?.conversation).toBe(hello);
    expect(turns.asked[0]?.turn).toBe(turn);
    expect(turns.asked[0]?.signal).toBe(signal);
  });

  it('ends the block and the answer before the stop sequence, and names it', async () => {
    expect(await cut(answerOf('one STOP two'), 'STOP')).toEqual([
      start(),
      ...textBlock('one '),
      { type: 'end', stopReason: 'stop_sequence', stopSequence: 'STOP', usage: usageOf(0, 0, 0, 3) },
    ]);
  });

  const whole = 'one STOP two';
  it.each(Array.from(whole, (_, at) => at))('finds it where the text is split at %i', async (at) => {
    const events = await cut(answerOf(whole.slice(0, at), whole.slice(at)), 'STOP');
    expect(textOf(events)).toBe('one ');
    expect(events.at(-1)).toMatchObject({ type: 'end', stopReason: 'stop_sequence' });
  });

  it('finds it in text that comes by the character', async () => {
    expect(textOf(await cut(answerOf(...whole.split('')), 'STOP'))).toBe('one ');
  });

  it('gives no text at all where the answer begins with it', async () => {
    expect((await cut(answerOf('STOP two'), 'STOP')).slice(1, -1)).toEqual(textBlock());
  });

  it.each([
    [['two', 'one'], 'zero ', 'one'],
    [['never', 'two'], 'zero one ', 'two'],
  ])('ends at the first in the text of %j, not in the list', async (stops, said, found) => {
    const events = await cut(answerOf('zero one two'), ...stops);
    expect(textOf(events)).toBe(said);
    expect(events.at(-1)).toMatchObject({ stopSequence: found });
  });

  it.each([
    ['aaab', ['aab'], 'a'],
    ['ababac', ['abac'], 'ab'],
    // Where one is complete while a longer one could still be: what may come can't be waited for.
    ['xabc', ['abc', 'b'], 'xa'],
    ['xENDINGS', ['ENDED', 'ENDINGS'], 'x'],
    ['one\n\n\ntwo', ['\n\n'], 'one'],
    ['one  two', [' \n', '  '], 'one'],
    ['naïve😀😀!', ['😀!'], 'naïve😀'],
  ])('tells beginnings that overlap apart in %j: %j', async (given, stops, said) => {
    expect(textOf(await cut(answerOf(given), ...stops))).toBe(said);
    expect(textOf(await cut(answerOf(...given.split('')), ...stops))).toBe(said);
  });

  it.each(['\n', '\n\n', ' ', '\t'])('finds %j, which the API does not take', async (stop) => {
    expect(textOf(await cut(answerOf('one', `${stop}two`), stop))).toBe('one');
  });

  it('ends wherever it is complete first, however any text is split', async () => {
    const letters = fc.constantFrom('a', 'b');
    const stops = fc.array(fc.string({ unit: letters, minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 3 });
    const pieces = fc.array(fc.string({ unit: letters, maxLength: 6 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(pieces, stops, async (given, sequences) => {
        const events = await cut(answerOf(...given), ...sequences);
        expect(textOf(events)).toBe(beforeFirst(given.join(''), sequences));
      }),
      { numRuns: 500 },
    );
  });
});

/** A stream cannot know what comes next: the first sequence that is complete ends it, the longest of several. */
function beforeFirst(given: string, stops: readonly string[]): string {
  for (let length = 1; length <= given.length; length += 1) {
    const said = given.slice(0, length);
    const found = stops.filter((stop) => said.endsWith(stop)).sort((a, b) => b.length - a.length)[0];
    if (found !== undefined) return said.slice(0, -found.length);
  }
  return given;
}

describe('withStopSequences, event by event', () => {
  it('gives text out at once, but for an end that could become a stop sequence', async () => {
    const events = await cut(answerOf('one E', 'x', 'EN', 'D'), 'END', 'Exit');
    expect(events.slice(1, -1)).toEqual(textBlock('one ', 'Ex'));
    const others = await cut(answerOf('one E', 'lse ', 'EN', 'Ds'), 'END!');
    expect(others.slice(1, -1)).toEqual(textBlock('one ', 'Else ', 'ENDs'));
  });

  it('gives out what it held when the block ends, before the end of it', async () => {
    const events = await cut([start(), ...textBlock('one EN'), ...textBlock('D'), end('end_turn')], 'END');
    expect(events).toEqual([
      start(),
      textStart,
      text('one '),
      text('EN'),
      blockStop,
      ...textBlock('D'),
      end('end_turn'),
    ]);
  });

  it('searches no thinking, no arguments, no output and no refusal', async () => {
    const answer = [
      start(),
      ...thinkingBlock('END'),
      ...outputBlock('"END"'),
      ...refusalBlock('END'),
      ...callBlock('toolu_1', 'f', '{"a":', '"END"}'),
      ...textBlock('one '),
      end('tool_use'),
    ];
    expect(await cut(answer, 'END', 'ND', '"')).toEqual(answer);
  });

  it('ends after other blocks as well', async () => {
    const before = [start(), ...thinkingBlock('Hm.'), ...callBlock('toolu_1', 'f', '{}')];
    const events = await cut([...before, ...textBlock('one END'), end('tool_use')], 'END');
    expect(events.slice(0, -1)).toEqual([...before, ...textBlock('one ')]);
  });

  it('forgets what it held when the answer begins again', async () => {
    const again = [restart(usageOf(7)), ...textBlock('D one'), end('end_turn')];
    const events = await cut([start(), textStart, text('one EN'), ...again], 'END');
    expect(events).toEqual([start(), textStart, text('one '), ...again]);
  });

  it('leaves the end that the API itself found, with its exact count', async () => {
    const found: TurnEvent = {
      type: 'end',
      stopReason: 'stop_sequence',
      stopSequence: 'END',
      usage: usageOf(1, 2, 3, 4, 5),
    };
    expect((await cut([start(), ...textBlock('one '), found], 'END')).at(-1)).toEqual(found);
  });

  it('counts the prompt as the start told it, and guesses what was generated from its length', async () => {
    const answer = [
      start(usageOf(10, 20, 30, 1, 0)),
      ...thinkingBlock('12345678'),
      ...textBlock('1234', '5END and more'),
      end('end_turn', usageOf(10, 20, 30, 99, 9)),
    ];
    // 8 characters of thinking and 17 of text, the stop sequence and what came with it included.
    expect((await cut(answer, 'END')).at(-1)).toMatchObject({ usage: usageOf(10, 20, 30, 7, 0) });
  });

  it('counts an answer that began again from its own start', async () => {
    const answer = [
      start(usageOf(1)),
      ...textBlock('12345678'),
      start(usageOf(2)),
      ...textBlock('1END'),
      end('end_turn'),
    ];
    expect((await cut(answer, 'END')).at(-1)).toMatchObject({ usage: usageOf(2, 0, 0, 1) });
  });
});

describe('withStopSequences, and the process behind it', () => {
  it('frees it at the stop sequence and takes nothing more from it', async () => {
    const turns = scripted([start(), ...textBlock('one END', 'never'), end('end_turn')]);
    const last = (await run(withStopSequences(turns.runTurn), { stopSequences: ['END'] })).at(-1);
    expect(last).toMatchObject({ type: 'end' });
    expect(turns.running).toBe(0);
    expect(turns.taken).toEqual([start(), textStart, text('one END')]);
  });

  it('frees it when the client leaves in the middle', async () => {
    const turns = scripted(answerOf('one', 'two'));
    for await (const event of withStopSequences(turns.runTurn)(hello, { model: 'm', stopSequences: ['END'] }, never)) {
      if (event.type === 'text') break;
    }
    expect(turns.running).toBe(0);
    expect(turns.taken).toHaveLength(3);
  });

  it('fails as it fails', async () => {
    const failure = new HarnessError('UPSTREAM_ERROR', 'no');
    const turns = scripted([start(), textStart, text('one '), failure]);
    const { events, error } = await attempt(withStopSequences(turns.runTurn), { stopSequences: ['END'] });
    expect(events).toEqual([start(), textStart, text('one ')]);
    expect(error).toBe(failure);
  });
});
