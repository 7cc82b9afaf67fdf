import { runProgram, type ProgramRun } from '../process/run-program.ts';

/** The first descriptor that systemd hands over; the others follow it. */
const firstFd = 3;
const notifyTimeoutMs = 5000;

/** What systemd hands to a service that it starts, and what it expects from it; see sd_notify(3). */
export interface Systemd {
  /** The descriptors of the sockets that systemd listens on for the service; none without a socket unit. */
  listenFds: readonly number[];
  /** Without a sign of life for this long the service is ended and started again. */
  watchdogMs?: number;
  /** Sends systemd fields such as `READY=1`. Does nothing where systemd does not listen; rejects when it can't be reached. */
  notify(fields: Readonly<Record<string, string>>): Promise<void>;
}

/** Reads what systemd has put into the environment of the process `pid`. */
export function readSystemd(env: NodeJS.ProcessEnv, pid: number): Systemd {
  const { NOTIFY_SOCKET: socket, LISTEN_FDS: fds, LISTEN_PID: listenPid } = env;
  const watchdogMs = Number(env['WATCHDOG_USEC']) / 1000;
  const isWatched = watchdogMs > 0 && (env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(pid));
  return {
    // Variables that were meant for a parent process say another pid.
    listenFds: listenPid === String(pid) ? descriptors(Number(fds)) : [],
    ...(isWatched && { watchdogMs }),
    async notify(fields) {
      if (socket === undefined) return;
      const assignments = Object.entries(fields).map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}`);
      // Node has no datagram sockets of the Unix kind.
      const notifyEnv = { NOTIFY_SOCKET: socket, PATH: env['PATH'] ?? '/usr/bin:/bin' };
      const program = { path: 'systemd-notify', args: assignments, env: notifyEnv };
      throwIfFailed(await runProgram(program, { timeoutMs: notifyTimeoutMs }));
    },
  };
}

function descriptors(count: number): number[] {
  return count > 0 ? Array.from({ length: count }, (_, index) => firstFd + index) : [];
}

function throwIfFailed({ exit, stderr }: ProgramRun): void {
  if (exit.kind === 'exited' && exit.code === 0) return;
  if (exit.kind === 'not_started') throw exit.error;
  throw new Error(`systemd-notify failed (${exit.kind === 'exited' ? exit.code : exit.signal}): ${stderr}`);
}
