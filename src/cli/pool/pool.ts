import type { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import { LiveWorkers } from './live-workers.ts';
import { RefillSchedule } from './refill-schedule.ts';
import { planRefill } from './refill.ts';
import { RepeatedSetup, type Setup } from './repeated-setup.ts';
import { SpawnHealth } from './spawn-health.ts';
import { Spawner } from './spawner.ts';
import { WarmTargets, type WarmTargetsOptions } from './warm-targets.ts';
import type { Worker } from './worker.ts';

/** Longer than any start takes, and any wait for the next try. */
const stuckAfterMs = 5 * 60_000;
/** A timer may come a little before its time by the clock that the waits are measured with. */
const timerSlackMs = 10;

export interface PoolOptions extends WarmTargetsOptions {
  /** Starts a process for a model. May throw, as for a missing CLI. */
  launch: (model: string) => Worker;
  maxWarm: number;
  /** A warm process older than this is replaced. */
  maxAgeMs: number;
  maxSpawning: number;
  log: Logger;
}

export interface Acquired {
  worker: Worker;
  /** Whether the process was ready when it was asked for. */
  warm: boolean;
  /** Whether the process was given the setup already. */
  prepared: boolean;
}

/**
 * Keeps processes ready before they are asked for, and replaces each one that it hands out. A worker that was acquired
 * belongs to the caller until `release`. Which workers there are is in `LiveWorkers`, how many should wait in
 * `WarmTargets`, how they are started and how that goes in `Spawner`, when to look again in `RefillSchedule`.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #health: SpawnHealth;
  readonly #workers: LiveWorkers;
  readonly #spawner: Spawner;
  readonly #targets: WarmTargets;
  readonly #repeatedSetup = new RepeatedSetup();
  readonly #schedule: RefillSchedule;
  #isDraining = false;
  #progressAt: number;

  constructor(options: PoolOptions) {
    const { launch, maxSpawning, now, log } = options;
    this.#options = options;
    this.#health = new SpawnHealth(now, log);
    this.#workers = new LiveWorkers({ log, onLost: this.#onLost });
    this.#spawner = new Spawner({
      launch,
      maxSpawning,
      health: this.#health,
      workers: this.#workers,
      onStarted: this.#onStarted,
      onFailed: this.#onFailed,
      onSettled: this.#fill,
    });
    this.#targets = new WarmTargets(options);
    this.#schedule = new RefillSchedule(this.#fill);
    this.#progressAt = now();
  }

  /** Starts the first processes and the upkeep. */
  start(): void {
    const { maxAgeMs, idleAfterMs } = this.#options;
    this.#schedule.every(Math.max(50, Math.min(maxAgeMs / 10, idleAfterMs / 10, 30_000)), () => {
      this.#retireOldest();
    });
    this.#fill();
  }

  /**
   * A worker for `model`: one that was prepared for the same setup, else a warm one, else the one being started, else a
   * new one. Throws the pool's last start failure at once while it waits to try again.
   */
  async acquire(model: string, signal: AbortSignal, setup?: Setup): Promise<Acquired> {
    const { warm } = this.#workers;
    this.#targets.requested(model);
    if (setup !== undefined) this.#repeatedSetup.note(model, setup);
    const waiting = warm.claim(model, setup?.key);
    if (waiting?.state === 'idle') return this.#handOut(waiting, true);
    const worker = waiting ?? (await this.#spawner.spawn(model, signal));
    await unlessAborted(worker.ready, signal, () => {
      // The request went away, the process is as good as before.
      warm.add(worker);
    });
    return this.#handOut(worker, false);
  }

  /** A worker has its whole request. It is replaced only now, since feeding a long one takes a while. */
  fed(): void {
    this.#schedule.soon();
  }

  /** Ends a worker that was handed out. */
  release(worker: Worker): void {
    void this.#workers.end(worker);
    this.#schedule.soon();
  }

  /** Counts `model` as in use from now on: it is kept warm until it was unused for `idleAfterMs`. */
  keepWarm(model: string): void {
    this.#targets.used(model);
    this.#schedule.soon();
  }

  /** Why processes can't be started at present. */
  get failure(): HarnessError | undefined {
    return this.#health.failure;
  }

  /** Whether processes come and go, or all that should wait are there; a pool that is stuck does neither. */
  isResponsive(): boolean {
    return this.#options.now() - this.#progressAt < stuckAfterMs;
  }

  /** How many processes could be handed out at once. */
  get idleCount(): number {
    return this.#workers.warm.idle.length;
  }

  /** Ends the waiting processes that were started at such a time; others take their place. */
  retire(isUnfit: (startedAt: number) => boolean): void {
    for (const worker of [...this.#workers.warm]) {
      if (isUnfit(worker.startedAt)) void this.#workers.end(worker);
    }
    this.#schedule.soon();
  }

  /** Starts no more processes ahead of demand, and ends the warm ones. */
  drain(): void {
    this.#isDraining = true;
    this.#schedule.stop();
    for (const worker of this.#workers.warm) void this.#workers.end(worker);
  }

  /** Ends every process; settles when all are gone. */
  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#schedule.stop();
    this.#spawner.stop();
    await this.#workers.endAll();
  }

  #handOut(worker: Worker, warm: boolean): Acquired {
    this.#noteProgress();
    worker.take();
    return { worker, warm, prepared: worker.preparedFor !== undefined };
  }

  /** Starts what is missing and ends what is too much. */
  readonly #fill = (): void => {
    if (this.#isDraining) return;
    const { warm } = this.#workers;
    const { missing, surplus } = planRefill(this.#targets.current(), [...warm], this.#options.maxWarm);
    if (missing.length === 0) this.#noteProgress();
    for (const worker of surplus) void this.#workers.end(worker);
    for (const model of missing) {
      const worker = this.#spawner.trySpawn(model);
      if (worker !== undefined) warm.add(worker);
    }
    this.#prepareIdle();
  };

  #prepareIdle(): void {
    const outdated = this.#workers.warm.prepare((model) => this.#repeatedSetup.of(model));
    for (const worker of outdated) void this.#workers.end(worker);
    if (outdated.length > 0) this.#schedule.soon();
  }

  /** One at a time, each once the one before is replaced, so that a pool whose workers are of one age is never empty. */
  #retireOldest(): void {
    const { warm } = this.#workers;
    if (this.#health.failure !== undefined || this.#health.waitMs > 0 || warm.areStarting) return;
    const { oldest } = warm;
    if (oldest === undefined || this.#options.now() - oldest.startedAt <= this.#options.maxAgeMs) return;
    void this.#workers.end(oldest);
  }

  readonly #onStarted = (worker: Worker): void => {
    this.#noteProgress();
    this.#targets.spawned(this.#options.now() - worker.startedAt);
  };

  readonly #onFailed = (): void => {
    this.#noteProgress();
    this.#retryLater();
  };

  readonly #onLost = (worker: Worker): void => {
    this.#health.lost(worker);
    this.#retryLater();
  };

  #retryLater(): void {
    this.#schedule.after(this.#health.waitMs + timerSlackMs);
  }

  #noteProgress(): void {
    this.#progressAt = this.#options.now();
  }
}
