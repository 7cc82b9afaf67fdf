import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { supervise, type Supervision } from '../../src/command/supervise.ts';
import type { Readiness } from '../../src/core/backend.ts';
import { memoryLog } from '../support/memory-log.ts';

let readiness: Readiness;
let isResponsive: boolean;
let told: Record<string, string>[];
let log: ReturnType<typeof memoryLog>;
let supervision: Supervision | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  readiness = { ready: true };
  isResponsive = true;
  told = [];
  log = memoryLog();
});

afterEach(async () => {
  await supervision?.stop(30_000);
  vi.useRealTimers();
});

function start(watchdogMs?: number, notify?: () => Promise<void>): void {
  const service = { readiness: () => readiness, isResponsive: () => isResponsive };
  const systemd = {
    ...(watchdogMs === undefined ? {} : { watchdogMs }),
    notify: (fields: Record<string, string>) => {
      told.push(fields);
      return notify?.() ?? Promise.resolve();
    },
  };
  supervision = supervise(service, systemd, log);
}

describe('supervise', () => {
  it('tells that the service is up, and in which state', () => {
    readiness = { ready: false, reason: 'not_logged_in', message: 'Log in.' };
    start();
    expect(told).toEqual([{ READY: '1', STATUS: 'not ready: Log in.' }]);
  });

  it('tells the state again when it changes, and only then', async () => {
    start();
    await vi.advanceTimersByTimeAsync(10_000);
    readiness = { ready: true, notice: 'The token ends soon.' };
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([{ READY: '1', STATUS: 'ready' }, { STATUS: 'ready. The token ends soon.' }]);
  });

  it('feeds the watchdog in time, as long as the service moves', async () => {
    start(30_000);
    const feeds = () => told.filter((fields) => fields['WATCHDOG'] === '1').length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(feeds()).toBe(3);
    isResponsive = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(feeds()).toBe(3);
  });

  it('feeds no watchdog that nobody has', async () => {
    start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).toHaveLength(1);
  });

  it('tells that the service stops, and nothing after that', async () => {
    start(3000);
    await supervision?.stop(30_000);
    readiness = { ready: false, reason: 'draining', message: 'Stopping.' };
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told.at(-1)).toEqual({
      STOPPING: '1',
      STATUS: 'finishing the running turns',
      EXTEND_TIMEOUT_USEC: '45000000',
    });
    expect(told).toHaveLength(2);
  });

  it('goes on when systemd cannot be told, and says so', async () => {
    start(undefined, () => Promise.reject(new Error('no such program')));
    await vi.advanceTimersByTimeAsync(1);
    expect(log.lines).toMatchObject([{ level: 'error', message: expect.stringContaining('systemd-notify') as string }]);
  });
});
