import { describe, expect, it } from 'vitest';
import {
  ask,
  beginning,
  limits,
  silence,
  slackMs,
  startFakeService,
  withHistory,
  wordsOf,
  type FakeService,
} from './fake-service.ts';

interface Stage {
  name: string;
  /** Makes the CLI keep a turn in the stage. */
  hold: (test: FakeService) => void;
  /** How many requests it takes, of which one runs. */
  requests: number;
  messages?: object[];
  /** Of how many of them the model has been asked by then. */
  asked: number;
  /** Whether a part of the answer is there by then. */
  begun: boolean;
}

const stage = (name: string, hold: Stage['hold'], changes: Partial<Stage> = {}): Stage => ({
  ...{ name, hold, requests: 1, asked: 1, begun: false },
  ...changes,
});

const stages: Stage[] = [
  stage(
    'queued',
    ({ use }) => {
      use('replay.sh', silence);
    },
    { requests: 2 },
  ),
  stage(
    'waiting for its process',
    ({ use }) => {
      use('mute.sh');
    },
    { asked: 0 },
  ),
  stage(
    'being fed its history',
    ({ use }) => {
      use('replay.sh', silence);
    },
    { messages: withHistory },
  ),
  stage('before the first token', ({ use }) => {
    use('replay.sh', silence);
  }),
  stage('with a CLI that ignores SIGTERM', ({ use }) => {
    use('deaf-turn.sh', silence);
  }),
  stage(
    'within its answer',
    ({ use, file }) => {
      use('replay.sh', file(`${beginning}\n`));
    },
    { begun: true },
  ),
];

const long = { idle_timeout: 60_000, turn_timeout: 60_000, queue_timeout: 60_000, concurrent_turns: 1 };

describe.each(stages)('a shutdown while a turn is $name', ({ hold, requests, messages, asked, begun }) => {
  it.each([false, true])('ends it with an error within the grace, stream: %s', { timeout: 30_000 }, async (stream) => {
    const test = await startFakeService({ limits: long, pool: { start_timeout: 60_000 } });
    hold(test);
    const outcomes = Promise.all(Array.from({ length: requests }, () => ask(test, stream, undefined, messages)));
    const turns = async () => ((await (await fetch(`${test.url}/health`)).json()) as { turns: object }).turns;
    await expect.poll(turns, { timeout: 5000 }).toEqual({ active: 1, queued: requests - 1 });
    await expect.poll(test.processes, { timeout: 5000 }).toBeGreaterThan(0);
    // Until the CLI has printed what it will, which nobody else tells; a stream without a beginning fails below.
    await new Promise((resolve) => setTimeout(resolve, 1000));

    const startedAt = performance.now();
    await test.service.stop();
    expect(performance.now() - startedAt).toBeLessThan(limits.shutdown_grace + slackMs);
    const interrupted =
      begun && stream ? { status: 200, code: 'draining' } : { status: 502, code: 'answer_interrupted' };
    const refused = { status: 503, code: 'draining' };
    // Those that ran have the lower status.
    const ended = (await outcomes).toSorted((one, other) => one.status - other.status);
    for (const [n, outcome] of ended.entries()) {
      expect(outcome).toMatchObject(n < asked ? interrupted : refused);
      expect(outcome.text).not.toContain('[DONE]');
      expect(wordsOf(outcome).startsWith('word0 word1 ')).toBe(begun && stream);
    }
    expect(test.processes()).toBe(0);
  });
});
