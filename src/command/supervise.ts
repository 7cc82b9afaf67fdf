import type { Logger } from '../core/logger.ts';
import type { Readiness } from '../core/backend.ts';
import type { Systemd } from '../systemd/notify.ts';
import type { Service } from '../service.ts';

/** Soon enough for whoever looks at `systemctl status`; every second would be most of what an idle service does. */
const lookEveryMs = 5000;

export interface Supervision {
  /** Tells systemd that the service is stopping, and how long running turns may take to finish; nothing more after that. */
  stop(graceMs: number): Promise<void>;
}

/** What ending everything takes once the turns are over. */
const endingMs = 15_000;

/**
 * Tells systemd that the service is up, what state it is in, and, while it can serve, that it is alive: a stalled event
 * loop or pool is silent, and systemd starts the service again.
 */
export function supervise(
  service: Pick<Service, 'readiness' | 'isResponsive'>,
  systemd: Systemd,
  log: Logger,
): Supervision {
  let status = '';
  const look = async (more: Record<string, string> = {}): Promise<void> => {
    const before = status;
    status = describe(service.readiness());
    if (status === before && Object.keys(more).length === 0) return;
    await tell({ ...more, STATUS: status });
  };
  const tell = (fields: Record<string, string>): Promise<void> =>
    systemd.notify(fields).catch((error: unknown) => {
      log.error('systemd could not be told of the service; is systemd-notify installed?', { error });
    });

  void look({ READY: '1' });
  const timers = [setInterval(() => void look(), lookEveryMs)];
  const { watchdogMs } = systemd;
  if (watchdogMs !== undefined) {
    const feed = (): void => {
      if (service.isResponsive()) void tell({ WATCHDOG: '1' });
    };
    timers.push(setInterval(feed, watchdogMs / 3));
  }
  return {
    async stop(graceMs) {
      for (const timer of timers) clearInterval(timer);
      // The unit's own TimeoutStopSec= does not know how long the grace is configured to be.
      const extension = { EXTEND_TIMEOUT_USEC: String((graceMs + endingMs) * 1000) };
      await tell({ STOPPING: '1', STATUS: 'finishing the running turns', ...extension });
    },
  };
}

function describe(readiness: Readiness): string {
  if (!readiness.ready) return `not ready: ${readiness.message}`;
  return readiness.notice === undefined ? 'ready' : `ready. ${readiness.notice}`;
}
