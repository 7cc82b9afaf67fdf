import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { recordedVersions } from '../cli/turn/transcript.ts';
import { recording } from '../support/hello.ts';
import { answered, ask, startFakeService, wholeText, wordsOf } from './fake-service.ts';

const aYearMs = 365 * 24 * 3_600_000;
const realNow = Date.now;
let offsetMs = 0;

/** The wall clock alone: what the service measures lengths of time with goes on, as the kernel's does. */
beforeEach(() => {
  offsetMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const ready = async (url: string) => (await fetch(`${url}/ready`)).status;

it.each([
  ['forward and back', [aYearMs, 0]],
  ['back and forward', [-aYearMs, 0]],
])('a clock that is set %s a year changes nothing for turns', { timeout: 60_000 }, async (_way, offsets) => {
  const test = await startFakeService({ pool: { warm_per_model: 1, max_warm: 1 }, limits: { concurrent_turns: 1 } });
  for (const offset of [0, ...offsets]) {
    offsetMs = offset;
    // Two at once, so that one of them waits in the queue.
    const outcomes = await Promise.all([ask(test, false), ask(test, true)]);
    expect(outcomes.map(wordsOf)).toEqual([wholeText, wholeText]);
    expect(test.service.isResponsive()).toBe(true);
    expect(await ready(test.url)).toBe(200);
  }
  // While a turn runs as well: its limits are measured by another clock.
  test.use('split-answer.sh', answered, '100');
  const running = ask(test, false);
  offsetMs = aYearMs;
  expect(wordsOf(await running)).toBe(wholeText);
});

it('a used-up plan is tried again when the clock was set back a year', { timeout: 60_000 }, async () => {
  const test = await startFakeService();
  test.use('replay.sh', recording(recordedVersions.at(-1) ?? '', 'error-429-subscription'));
  offsetMs = Date.UTC(2020, 0, 1) - realNow();
  expect(await ask(test, false)).toMatchObject({ status: 429, code: 'plan_limit_reached' });
  test.use('replay.sh', answered);
  expect(await ask(test, false)).toMatchObject({ status: 429, code: 'plan_limit_reached' });
  offsetMs -= aYearMs;
  expect(wordsOf(await ask(test, false))).toBe(wholeText);
  expect(await ready(test.url)).toBe(200);
});

it('a response that is kept is found again after the clock was set forward and back', { timeout: 60_000 }, async () => {
  const test = await startFakeService();
  const { id } = JSON.parse((await ask(test, false, '/v1/responses')).text) as { id: string };
  const status = async () => (await fetch(`${test.url}/v1/responses/${id}`)).status;
  expect(await status()).toBe(200);
  offsetMs = aYearMs;
  expect(await status()).toBe(404);
  offsetMs = 0;
  expect(await status()).toBe(200);
});
