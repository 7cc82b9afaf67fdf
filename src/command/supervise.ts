import type { Logger } from '../core/logger.ts';
import type { Readiness } from '../core/backend.ts';
import type { Systemd } from '../systemd/notify.ts';
import type { Service } from '../service.ts';

/** Often enough for a reader of `systemctl status`; a poll every second would dominate the CPU use of an idle service. */
const pollIntervalMs = 5000;

export interface Supervision {
  /** Notifies systemd that the service is stopping and how long running turns may take to finish, then falls silent. */
  stop(graceMs: number): Promise<void>;
}

/** Time for the rest of the shutdown, once the turns are over. */
const shutdownMs = 15_000;

/**
 * Notifies systemd that the service is up, of its state, and, while it can serve, that it is alive: with a stalled event
 * loop or pool the notifications stop, and systemd restarts the service.
 */
export function supervise(
  service: Pick<Service, 'readiness' | 'alerts' | 'isResponsive'>,
  systemd: Systemd,
  log: Logger,
): Supervision {
  let status = '';
  const notify = (fields: Record<string, string>): Promise<void> =>
    systemd.notify(fields).catch((error: unknown) => {
      log.error('systemd could not be notified; is systemd-notify installed?', { error });
    });
  const updateStatus = async (more: Record<string, string> = {}): Promise<void> => {
    const before = status;
    status = describe(service.readiness(), service.alerts());
    if (status === before && Object.keys(more).length === 0) return;
    await notify({ ...more, STATUS: status });
  };

  void updateStatus({ READY: '1' });
  const timers = [setInterval(() => void updateStatus(), pollIntervalMs)];
  const { watchdogMs } = systemd;
  if (watchdogMs !== undefined) {
    const pingWatchdog = (): void => {
      if (service.isResponsive()) void notify({ WATCHDOG: '1' });
    };
    timers.push(setInterval(pingWatchdog, watchdogMs / 3));
  }
  return {
    async stop(graceMs) {
      for (const timer of timers) clearInterval(timer);
      // The unit's TimeoutStopSec= does not depend on the configured grace.
      const extension = { EXTEND_TIMEOUT_USEC: String((graceMs + shutdownMs) * 1000) };
      await notify({ STOPPING: '1', STATUS: 'finishing the running turns', ...extension });
    },
  };
}

function describe(readiness: Readiness, alerts: readonly string[]): string {
  if (!readiness.ready) return `not ready: ${readiness.message}`;
  const sentences = readiness.notice === undefined ? alerts : [readiness.notice, ...alerts];
  return sentences.length === 0 ? 'ready' : `ready. ${sentences.join(' ')}`;
}
