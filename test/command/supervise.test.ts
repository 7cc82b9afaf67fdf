import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { supervise, type Supervision } from '../../src/command/supervise.ts';
import type { Readiness } from '../../src/core/backend.ts';
import { memoryLog } from '../support/memory-log.ts';

let readiness: Readiness;
let alerts: string[];
let isResponsive: boolean;
let notified: Record<string, string>[];
let log: ReturnType<typeof memoryLog>;
let supervision: Supervision | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  readiness = { ready: true };
  alerts = [];
  isResponsive = true;
  notified = [];
  log = memoryLog();
});

afterEach(async () => {
  await supervision?.stop(30_000);
  vi.useRealTimers();
});

function start(watchdogMs?: number, notify?: () => Promise<void>): void {
  const service = { readiness: () => readiness, alerts: () => alerts, isResponsive: () => isResponsive };
  const systemd = {
    listenFds: [],
    ...(watchdogMs === undefined ? {} : { watchdogMs }),
    notify: (fields: Record<string, string>) => {
      notified.push(fields);
      return notify?.() ?? Promise.resolve();
    },
  };
  supervision = supervise(service, systemd, log);
}

describe('supervise', () => {
  it('notifies systemd that the service is up, and in which state', () => {
    readiness = { ready: false, reason: 'not_logged_in', message: 'Log in.' };
    start();
    expect(notified).toEqual([{ READY: '1', STATUS: 'not ready: Log in.' }]);
  });

  it('sends the state again when it changes, and only then', async () => {
    start();
    await vi.advanceTimersByTimeAsync(10_000);
    readiness = { ready: true, notice: 'The token ends soon.' };
    await vi.advanceTimersByTimeAsync(10_000);
    expect(notified).toEqual([{ READY: '1', STATUS: 'ready' }, { STATUS: 'ready. The token ends soon.' }]);
  });

  it('shows what the owner was told, while it holds', async () => {
    start();
    alerts = ['The window is used to 81%.', 'Requests fail.'];
    await vi.advanceTimersByTimeAsync(5000);
    alerts = [];
    await vi.advanceTimersByTimeAsync(5000);
    expect(notified.map(({ STATUS }) => STATUS)).toEqual([
      'ready',
      'ready. The window is used to 81%. Requests fail.',
      'ready',
    ]);
  });

  it('pings the watchdog in time, as long as the service is responsive', async () => {
    start(30_000);
    const pings = () => notified.filter((fields) => fields['WATCHDOG'] === '1').length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(pings()).toBe(3);
    isResponsive = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pings()).toBe(3);
  });

  it('pings no watchdog where none is configured', async () => {
    start();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(notified).toHaveLength(1);
  });

  it('notifies systemd that the service stops, and nothing after that', async () => {
    start(3000);
    await supervision?.stop(30_000);
    readiness = { ready: false, reason: 'draining', message: 'Stopping.' };
    await vi.advanceTimersByTimeAsync(10_000);
    expect(notified.at(-1)).toEqual({
      STOPPING: '1',
      STATUS: 'finishing the running turns',
      EXTEND_TIMEOUT_USEC: '45000000',
    });
    expect(notified).toHaveLength(2);
  });

  it('continues when systemd cannot be notified, and says so', async () => {
    start(undefined, () => Promise.reject(new Error('no such program')));
    await vi.advanceTimersByTimeAsync(1);
    expect(log.lines).toMatchObject([{ level: 'error', message: expect.stringContaining('systemd-notify') as string }]);
  });
});
