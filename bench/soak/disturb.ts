/** What goes wrong around a harness: the API, its processes, and being restarted. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import type { Subject } from './subject.ts';
import { weathers, type Upstream } from './upstream.ts';

export interface Disturbed {
  random: Random;
  ledger: Ledger;
  subject: Subject;
  upstream: Upstream;
}

/** Disturbs until `signal` aborts, the last disturbance being over then; `restarts` says whether the harness may go. */
export async function disturb(all: Disturbed, restarts: () => boolean, signal: AbortSignal): Promise<void> {
  await Promise.all([changeWeather(all, signal), killProcesses(all, signal), restart(all, restarts, signal)]);
}

/** The requests that are hit are known one by one, so that all others must be answered. */
async function changeWeather({ random, upstream }: Disturbed, signal: AbortSignal): Promise<void> {
  while (await passes(random.between(2000, 10_000), signal)) {
    upstream.weather = random.pick(weathers);
    await passes(random.between(500, 4000), signal);
    upstream.weather = 'fair';
  }
}

async function killProcesses({ random, ledger, subject }: Disturbed, signal: AbortSignal): Promise<void> {
  while (await passes(random.between(3000, 15_000), signal)) {
    const over = ledger.trouble();
    subject.killOne();
    over();
  }
}

async function restart(
  { random, ledger, subject }: Disturbed,
  mayRestart: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while ((await passes(random.between(5000, 20_000), signal)) && mayRestart()) {
    const over = ledger.trouble();
    await subject.restart();
    over();
  }
}

/** Waits; tells whether it is to go on. */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
