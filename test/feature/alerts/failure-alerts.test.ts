import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { errorCodes, type ErrorCode } from '../../../src/core/errors.ts';
import { openAiErrorKinds } from '../../../src/dialect/openai-shared/errors.ts';
import { serviceFailures } from '../../../src/feature/alerts/service-failures.ts';
import { minuteMs, openAlerts, openAnother, type OpenAlerts } from './open-alerts.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function pass({ state }: OpenAlerts, spanMs: number): void {
  state.clock.now += spanMs;
  vi.advanceTimersByTime(spanMs);
}

function fail(opened: OpenAlerts, times: number): void {
  for (let count = 0; count < times; count += 1) opened.finish('UPSTREAM_ERROR');
}

describe('failures', () => {
  it('are told when there were so many within the time, and once', () => {
    const opened = openAlerts();
    fail(opened, 2);
    opened.finish();
    expect(opened.told()).toEqual([]);
    opened.finish('CLI_FAILED');
    expect(opened.last()).toBe(
      '3 requests have failed within 10 minutes, the last with CLI_FAILED: the log has the reason of each, and `claude-harness doctor` looks for more.',
    );
    fail(opened, 10);
    expect(opened.told()).toEqual(['failures']);
    expect(opened.alerts.current()).toEqual([opened.last()]);
  });

  it('that lie further apart are not told', () => {
    const opened = openAlerts();
    for (let count = 0; count < 9; count += 1) {
      fail(opened, 1);
      pass(opened, 6 * minuteMs);
    }
    expect(opened.told()).toEqual([]);
  });

  it('of clients, of a used-up plan, of a stop, and those that another alert tells do not count', () => {
    const opened = openAlerts();
    const clients = errorCodes.filter((code) => openAiErrorKinds[code].status < 500);
    expect(clients).toEqual(
      expect.arrayContaining(['INVALID_REQUEST', 'MODEL_NOT_FOUND', 'ABORTED', 'BUDGET_EXCEEDED']),
    );
    // `NOT_CACHED` is what a client asked for that would rather have no answer than a new one.
    // `ANSWER_INTERRUPTED` is mostly of a stop.
    const others: readonly ErrorCode[] = ['NOT_LOGGED_IN', 'DRAINING', 'ANSWER_INTERRUPTED', 'NOT_CACHED'];
    for (const code of [...clients, ...others]) opened.finish(code);
    expect(opened.told()).toEqual([]);
    expect([...serviceFailures].toSorted()).toEqual(
      errorCodes.filter((code) => openAiErrorKinds[code].status >= 500 && !others.includes(code)).toSorted(),
    );
  });

  it('are told to be over when none has come for as long, and are counted anew', () => {
    const opened = openAlerts();
    fail(opened, 3);
    pass(opened, 9 * minuteMs);
    fail(opened, 1);
    pass(opened, 9 * minuteMs);
    expect(opened.told()).toEqual(['failures']);
    pass(opened, minuteMs);
    expect(opened.told()).toEqual(['failures', 'failures_over']);
    expect(opened.last()).toBe('Requests no longer fail: none has for 10 minutes.');
    expect(opened.alerts.current()).toEqual([]);
    fail(opened, 2);
    expect(opened.told()).toHaveLength(2);
    fail(opened, 1);
    expect(opened.told()).toHaveLength(3);
  });

  it('of the start before are told to be over by the next', async () => {
    const opened = openAlerts();
    fail(opened, 3);
    await opened.alerts.stop();
    const { alerts } = openAnother(opened);
    expect(alerts.current()).toEqual([expect.stringContaining('before the start of this service')]);
    pass(opened, 10 * minuteMs);
    expect(opened.told()).toEqual(['failures', 'failures_over']);
    expect(alerts.current()).toEqual([]);
  });

  it('are told once over services and starts', () => {
    const opened = openAlerts();
    for (const each of [opened, openAnother(opened)]) fail(each, 3);
    pass(opened, 20 * minuteMs);
    expect(opened.told()).toEqual(['failures', 'failures_over']);
  });

  it('that go on in one service are not over for another', () => {
    const opened = openAlerts();
    fail(opened, 3);
    openAnother(opened);
    for (let count = 0; count < 4; count += 1) {
      pass(opened, 6 * minuteMs);
      fail(opened, 1);
    }
    expect(opened.told()).toEqual(['failures']);
    pass(opened, 10 * minuteMs);
    expect(opened.told()).toEqual(['failures', 'failures_over']);
  });

  it('are not told where their number is 0', () => {
    const opened = openAlerts({ failures: 0 });
    fail(opened, 20);
    expect(opened.told()).toEqual([]);
  });

  it('are told where the state file cannot be used', () => {
    const opened = openAlerts();
    opened.state.file.close();
    fail(opened, 4);
    pass(opened, 10 * minuteMs);
    expect(opened.told()).toEqual(['failures', 'failures_over']);
  });
});
