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
  onHandedOut: () => void;
  /** A process that was started for a request waits for another one now. */
  onKept: () => void;
}

export interface Acquired {
  worker: Worker;
  /** Whether the process was ready before it was handed out, rather than started for this request. */
  warm: boolean;
  /** Whether the process was given the setup already. */
  prepared: boolean;
}

/** Finds a worker for each request, and of the requests of one prompt for the one that came first. */
export class Acquisition {
  readonly #options: AcquisitionOptions;
  readonly #waiting = new WaitingRequests<Worker>();

  constructor(options: AcquisitionOptions) {
    this.#options = options;
  }

  /**
   * A worker for `model`: one that has the setup of `key`, else a plain one; where others of this setup are in use, the
   * one that comes back first, and, once that has taken as long as a start, a new one if it is up before; else the one
   * being started, else a new one.
   */
  async acquire(model: string, key: string | undefined, signal: AbortSignal): Promise<Acquired> {
    const { warm } = this.#options.workers;
    for (;;) {
      const isNext = key === undefined || !this.#waiting.has(model, key);
      const waiting = isNext ? warm.claim(model, key) : undefined;
      if (waiting?.state === 'idle') return this.#handOut(waiting, key, true);
      if (waiting?.state === 'emptying') {
        if (await this.#isEmptied(waiting, signal)) return this.#handOut(waiting, key, true);
        continue;
      }
      if (key !== undefined && this.#isReturning(model, key)) {
        return this.#handOut(await this.#next(model, key, signal), key, true);
      }
      return this.#awaitStart(model, key, signal);
    }
  }

  /** Hands a worker that waits, and is idle, to a request that waits. */
  offer(worker: Worker): void {
    const { warm } = this.#options.workers;
    if (worker.state === 'idle' && warm.has(worker) && this.#waiting.offer(worker)) warm.delete(worker);
  }

  #isReturning(model: string, key: string): boolean {
    const { reuse, workers } = this.#options;
    return reuse.isOn && (this.#waiting.has(model, key) || workers.hasReturning(model, key));
  }

  async #next(model: string, key: string, signal: AbortSignal): Promise<Worker> {
    const patience = { ms: this.#options.spawnMs(), whenOver: () => this.#startFor(model, signal) };
    const worker = await this.#waiting.wait(model, key, patience, signal);
    if (signal.aborted) this.#keep(worker);
    signal.throwIfAborted();
    return worker;
  }

  /** Starts a worker for whoever of those that wait is first when it is up. */
  async #startFor(model: string, signal: AbortSignal): Promise<void> {
    const worker = await this.#starting(model, signal);
    await worker.ready;
    if (worker.state !== 'idle') return this.#startFor(model, signal);
    this.#keep(worker);
  }

  async #awaitStart(model: string, key: string | undefined, signal: AbortSignal): Promise<Acquired> {
    const worker = await this.#starting(model, signal);
    await unlessAborted(worker.ready, signal, () => {
      // The request went away, the process is as good as before.
      this.#keep(worker);
    });
    return this.#handOut(worker, key, false);
  }

  async #starting(model: string, signal: AbortSignal): Promise<Worker> {
    const { workers, spawner } = this.#options;
    return workers.warm.claimStarting(model) ?? (await spawner.spawn(model, signal));
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
    this.#options.onHandedOut();
    worker.take(key);
    return { worker, warm, prepared: worker.preparedFor !== undefined };
  }
}
