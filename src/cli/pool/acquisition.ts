import { unlessAborted } from '../../util/unless-aborted.ts';
import type { LiveWorkers } from './live-workers.ts';
import type { ReuseRule } from './reuse-rule.ts';
import type { Spawner } from './spawner.ts';
import { WaitingRequests } from './waiting-requests.ts';
import type { Worker } from './worker.ts';

export interface AcquisitionOptions {
  workers: LiveWorkers;
  spawner: Spawner;
  reuse: ReuseRule;
  /** How long a start takes. */
  spawnMs: () => number;
  now: () => number;
  onHandedOut: () => void;
  /** A process that was started for a request waits for another one now. */
  onKept: () => void;
}

/** What a turn needs. */
export interface Wanted {
  model: string;
  /** Of its setup; absent where it has none. */
  key: string | undefined;
  /** Nobody waits for its answer. */
  isIdle: boolean;
}

export interface Acquired {
  worker: Worker;
  /** Whether the process was ready before it was handed out, rather than started for this request. */
  warm: boolean;
  /** Whether the process was given the setup already. */
  prepared: boolean;
}

/**
 * By so much the first turn of a process is slower than that of one that has served before (CLI 2.1.332), beside the start
 * of the one that replaces it.
 */
const soonMs = 100;

/** Finds a worker for each request, and of the requests of one prompt for the one that came first. */
export class Acquisition {
  readonly #options: AcquisitionOptions;
  readonly #waiting = new WaitingRequests<Worker>();

  constructor(options: AcquisitionOptions) {
    this.#options = options;
  }

  /**
   * A worker for `model`: one that has the setup of `key`; else a plain one, unless one of the setup comes back about as
   * soon as a plain one would be through its first turn; where others of this setup are in use, the one that comes back
   * first, and, once that has taken as long as a start, a new one if it is up before; else the one being started, else a
   * new one. A turn that nobody waits for leaves the last plain one, and the one being started, to who comes next.
   */
  async acquire({ model, key, isIdle }: Wanted, signal: AbortSignal): Promise<Acquired> {
    const { warm } = this.#options.workers;
    for (;;) {
      const own = key === undefined || this.#waiting.has(model, key) ? undefined : warm.claim(model, key);
      if (own?.state === 'idle') return this.#handOut(own, key, true);
      if (own?.state === 'emptying') {
        if (await this.#isEmptied(own, signal)) return this.#handOut(own, key, true);
        continue;
      }
      const plain = this.#comesSoon(model, key) ? undefined : this.#claimPlain(model, isIdle);
      // It goes to the first that waits, whose place this request then takes.
      if (plain !== undefined && !this.#waiting.offer(plain)) return this.#handOut(plain, key, true);
      if (key === undefined || !this.#isReturning(model, key)) return this.#awaitStart({ model, key, isIdle }, signal);
      return this.#handOut(await this.#next({ model, key, isIdle }, signal), key, true);
    }
  }

  /** Hands a worker that waits, and is idle, to a request that waits. */
  offer(worker: Worker): void {
    const { warm } = this.#options.workers;
    if (worker.state === 'idle' && warm.has(worker) && this.#waiting.offer(worker)) warm.delete(worker);
  }

  /** Whether a request waits that the worker suits. */
  isWanted(worker: Worker): boolean {
    return this.#waiting.wants(worker);
  }

  #isReturning(model: string, key: string): boolean {
    const { reuse, workers } = this.#options;
    return reuse.isOn && (this.#waiting.has(model, key) || workers.returning(model, key).length > 0);
  }

  /** Whether another request of this setup is likely to get one that comes back within `soonMs`. */
  #comesSoon(model: string, key: string | undefined): boolean {
    const { reuse, workers } = this.#options;
    if (key === undefined || !reuse.isOn) return false;
    const turnsMs = workers.returning(model, key).flatMap(({ turnMs }) => turnMs ?? []);
    if (turnsMs.length === 0) return false;
    const meanMs = turnsMs.reduce((sum, ms) => sum + ms, 0) / turnsMs.length;
    return (meanMs / turnsMs.length) * (this.#waiting.count(model, key) + 1) <= soonMs;
  }

  #claimPlain(model: string, isIdle: boolean): Worker | undefined {
    return this.#options.workers.warm.claimPlain(model, { leaving: isIdle ? 1 : 0 });
  }

  async #next(wanted: Wanted & { key: string }, signal: AbortSignal): Promise<Worker> {
    const ms = this.#comesSoon(wanted.model, wanted.key) ? soonMs : this.#options.spawnMs();
    const patience = { ms, whenOver: () => this.#startFor(wanted, signal) };
    const worker = await this.#waiting.wait(wanted, patience, signal);
    if (signal.aborted) this.#keep(worker);
    signal.throwIfAborted();
    return worker;
  }

  /** Starts a worker for whoever of those that wait is first when it is up. */
  async #startFor(wanted: Wanted, signal: AbortSignal): Promise<void> {
    const worker = this.#claimPlain(wanted.model, wanted.isIdle) ?? (await this.#starting(wanted, signal));
    await worker.ready;
    if (worker.state !== 'idle') return this.#startFor(wanted, signal);
    this.#keep(worker);
  }

  async #awaitStart(wanted: Wanted, signal: AbortSignal): Promise<Acquired> {
    const worker = await this.#starting(wanted, signal);
    await unlessAborted(worker.ready, signal, () => {
      // The request went away, the process is as good as before.
      this.#keep(worker);
    });
    return this.#handOut(worker, wanted.key, false);
  }

  async #starting({ model, isIdle }: Wanted, signal: AbortSignal): Promise<Worker> {
    const { workers, spawner } = this.#options;
    const starting = isIdle ? undefined : workers.warm.claimStarting(model);
    return starting ?? (await spawner.spawn(model, signal));
  }

  /** Whether a worker that was claimed while it was being emptied can be taken. */
  async #isEmptied(worker: Worker, signal: AbortSignal): Promise<boolean> {
    const emptied = worker.ready.then(
      () => worker.state === 'idle',
      () => false,
    );
    return unlessAborted(emptied, signal, () => {
      this.#keep(worker);
    });
  }

  /** Whoever it was for has gone, or has got another. */
  #keep(worker: Worker): void {
    this.#options.workers.warm.add(worker);
    this.offer(worker);
    this.#options.onKept();
  }

  #handOut(worker: Worker, key: string | undefined, warm: boolean): Acquired {
    const { now, onHandedOut } = this.#options;
    onHandedOut();
    worker.take(key, now());
    return { worker, warm, prepared: worker.preparedFor !== undefined };
  }
}
