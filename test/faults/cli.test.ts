import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  answerLines,
  answered,
  ask,
  beginning,
  expectRecovered,
  limits,
  silence,
  slackMs,
  startFakeService,
  startTimeoutMs,
  wholeText,
  wordsOf,
  type FakeService,
} from './fake-service.ts';

/** Of one fault: how it comes about, what the client gets, and within which of the limits. */
type Fault = [what: string, cause: (test: FakeService) => void, status: number, code: string, withinMs?: number];

const timeout = 60_000;

describe.each([false, true])('a CLI, stream: %s,', (stream) => {
  it.each<Fault>([
    [
      'that is not there',
      ({ cli }) => {
        rmSync(cli);
      },
      503,
      'cli_missing',
    ],
    [
      'that may not be executed',
      ({ cli }) => {
        chmodSync(cli, 0o644);
      },
      503,
      'cli_missing',
    ],
    [
      'that is no program',
      ({ cli }) => {
        writeFileSync(cli, Buffer.from([0x7f, 0, 1, 2]));
      },
      502,
      'cli_failed',
    ],
    [
      'that ends at its start',
      ({ use }) => {
        use('fails.sh');
      },
      502,
      'cli_failed',
    ],
    [
      'that prints garbage at its start',
      ({ use }) => {
        use('garbage.sh');
      },
      502,
      'cli_protocol_error',
    ],
    [
      'that never reads',
      ({ use }) => {
        use('mute.sh');
      },
      502,
      'cli_failed',
      startTimeoutMs,
    ],
    [
      'that refuses its setup',
      ({ use }) => {
        use('refuses-setup.sh');
      },
      502,
      'cli_protocol_error',
    ],
    [
      'that ends in a turn',
      ({ use }) => {
        use('dies-in-turn.sh', silence);
      },
      502,
      'cli_failed',
    ],
    [
      'that is killed in a turn',
      ({ use }) => {
        use('killed-in-turn.sh', silence);
      },
      502,
      'cli_failed',
    ],
    [
      'that prints garbage in a turn',
      ({ use }) => {
        use('garbage-in-turn.sh', silence);
      },
      502,
      'cli_protocol_error',
    ],
    [
      'that ends within a character',
      ({ use, file }) => {
        use('half-character.sh', file('{"é'), '3');
      },
      502,
      'cli_protocol_error',
    ],
    [
      'that hangs before the answer',
      ({ use }) => {
        use('replay.sh', silence);
      },
      504,
      'idle_timeout',
      limits.idle_timeout,
    ],
    [
      'that ignores SIGTERM',
      ({ use }) => {
        use('deaf-turn.sh', silence);
      },
      504,
      'idle_timeout',
      limits.idle_timeout,
    ],
    [
      'that closes its pipes',
      ({ use }) => {
        use('closes-pipes-in-turn.sh');
      },
      504,
      'idle_timeout',
      limits.idle_timeout,
    ],
  ])('%s', { timeout }, async (_what, cause, status, code, withinMs = 0) => {
    const test = await startFakeService();
    cause(test);
    const outcome = await ask(test, stream);
    expect(outcome).toMatchObject({ status, code });
    expect(outcome.tookMs).toBeLessThan(withinMs + slackMs);
    expect(wordsOf(outcome)).toBe('');
    await expectRecovered(test);
  });

  it.each<Fault>([
    [
      'ends',
      ({ use, file }) => {
        use('dies-in-turn.sh', file(`${beginning}\n`));
      },
      502,
      'cli_failed',
    ],
    [
      'is killed',
      ({ use, file }) => {
        use('killed-in-turn.sh', file(`${beginning}\n`));
      },
      502,
      'cli_failed',
    ],
    [
      'hangs',
      ({ use, file }) => {
        use('replay.sh', file(`${beginning}\n`));
      },
      504,
      'idle_timeout',
      limits.idle_timeout,
    ],
    [
      'is deaf',
      ({ use, file }) => {
        use('deaf-turn.sh', file(`${beginning}\n`));
      },
      504,
      'idle_timeout',
      limits.idle_timeout,
    ],
    [
      'never ends',
      ({ use, file }) => {
        use('endless-turn.sh', file(`${beginning}\n`));
      },
      504,
      'turn_timeout',
      limits.turn_timeout,
    ],
  ])('that %s within the answer', { timeout }, async (_what, cause, status, code, withinMs = 0) => {
    const test = await startFakeService();
    cause(test);
    const outcome = await ask(test, stream);
    // What was streamed is out; its end is the error, and never [DONE].
    expect(outcome).toMatchObject({ status: stream ? 200 : status, code });
    expect(outcome.text).not.toContain('[DONE]');
    expect(wordsOf(outcome).startsWith('word0 word1 ')).toBe(stream);
    expect(outcome.tookMs).toBeLessThan(withinMs + slackMs);
    await expectRecovered(test);
  });

  it.each<[string, (test: FakeService) => void]>([
    [
      'names its keys in another order',
      ({ use, file }) => {
        use('replay.sh', file(answerLines.map(reordered).join('\n') + '\n'));
      },
    ],
    [
      'says what nobody has heard of',
      ({ use, file }) => {
        use('replay.sh', file(answerLines.flatMap(withUnknown).join('\n') + '\n'));
      },
    ],
    [
      'answers twice',
      ({ use, file }) => {
        use('replay.sh', file(`${[...answerLines, ...answerLines].join('\n')}\n`));
      },
    ],
    [
      'ends right after the answer',
      ({ use }) => {
        use('dies-in-turn.sh', answered);
      },
    ],
  ])('that %s is understood', { timeout }, async (_what, cause) => {
    const test = await startFakeService();
    cause(test);
    const outcome = await ask(test, stream);
    expect(outcome.status).toBe(200);
    expect(wordsOf(outcome)).toBe(wholeText);
    await expectRecovered(test);
  });

  it('that prints garbage within the answer is ended', { timeout }, async () => {
    const test = await startFakeService();
    test.use('garbage-in-turn.sh', test.file(`${beginning}\n`));
    const outcome = await ask(test, stream);
    // What comes together with the garbage is not sent, so that a stream may not have begun.
    expect([200, 502]).toContain(outcome.status);
    expect(outcome.code).toBe('cli_protocol_error');
    await expectRecovered(test);
  });

  it('that prints a line of 64 MB is ended at a part of it', { timeout }, async () => {
    const test = await startFakeService({
      // A stream that is silent for long begins, and its failure has no status of its own then.
      server: { silence_before_stream: 60_000 },
      limits: { idle_timeout: 30_000, turn_timeout: 50_000 },
    });
    test.use('long-line.sh');
    expect(await ask(test, stream)).toMatchObject({ status: 502, code: 'cli_protocol_error' });
    await expectRecovered(test);
  });

  it('whose answer comes in halves of a character is understood', { timeout }, async () => {
    const test = await startFakeService();
    const text = `${answerLines.join('\n').replaceAll('word2', 'wörd2')}\n`;
    const within = Buffer.from(text).indexOf(Buffer.from('ö')) + 1;
    test.use('split-answer.sh', test.file(text), String(within));
    expect(wordsOf(await ask(test, stream))).toBe(wholeText.replace('word2', 'wörd2'));
    await expectRecovered(test);
  });
});

function reordered(line: string): string {
  return JSON.stringify(reversed(JSON.parse(line)));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, reversed(inner)]);
  return Object.fromEntries(entries.reverse());
}

function withUnknown(line: string): string[] {
  const strangers = [
    { type: 'weather', sunny: true },
    { type: 'system', subtype: 'mood' },
    7,
    null,
    [],
    { type: null },
  ];
  const events = [{ type: 'stream_event', event: { type: 'content_block_dance', index: 0 } }];
  return [line, ...[...strangers, ...events].map((stranger) => JSON.stringify(stranger))];
}
