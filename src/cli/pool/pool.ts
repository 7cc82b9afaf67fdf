import type { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { PooledProcess } from '../../core/owner-controls.ts';
import type { TurnOptions } from '../../core/turn-options.ts';
import type { PoolFigures, ProcessEnd } from '../../core/pool-figures.ts';
import type { RewindOutcome } from '../rewind.ts';
import { Acquisition, type Acquired } from './acquisition.ts';
import { describeWorkers } from './describe-workers.ts';
import { LiveWorkers } from './live-workers.ts';
import { planReuse } from './plan-reuse.ts';
import { ProcessCounts } from './process-counts.ts';
import { PromptUse } from './prompt-use.ts';
import { Recycling, type RecyclingOptions } from './recycling.ts';
import { RefillSchedule } from './refill-schedule.ts';
import { planRefill } from './refill.ts';
import { RepeatedSetup, type Setup } from './repeated-setup.ts';
import type { SpawnGate } from './spawn-gate.ts';
import { SpawnHealth } from './spawn-health.ts';
import { Spawner } from './spawner.ts';
import { WarmTargets, type WarmTargetsOptions } from './warm-targets.ts';
import type { Worker } from './worker.ts';

/** Longer than any start takes, and any wait for the next try. */
const stuckAfterMs = 5 * 60_000;
/** So long a process is kept whose prompt came once, or that was asked for tokens or windows only. */
const keptOnceMs = 30_000;
/** A timer may come a little before its time by the clock that the waits are measured with. */
const timerSlackMs = 10;

export interface PoolOptions extends WarmTargetsOptions, RecyclingOptions {
  /** Starts a process for a model. May throw, as for a missing CLI. */
  launch: (model: string) => Worker;
  /** Read each time: of several pools each has its part. */
  readonly maxWarm: number;
  maxSpawning: number;
  /** Of several pools that start so many together; absent: there is no other. */
  gate?: SpawnGate;
  log: Logger;
}

export interface AcquireOptions {
  /** What the process is to be given before its turn. */
  setup?: Setup;
  /** Whether a later turn will probably have the same setup; true by default. */
  comesAgain?: boolean;
  /** `idle`: nobody waits for the turn. */
  priority?: TurnOptions['priority'];
}

/**
 * Keeps processes ready before they are asked for. A worker that was acquired belongs to the caller until `giveBack`,
 * which keeps it for the next turn of its prompt where it can be emptied, or `release`, which ends it. Which workers
 * there are is in `LiveWorkers`, who gets which in `Acquisition`, which of them serve again in `Recycling`, how many
 * should wait in `WarmTargets`, how they are started and how that goes in `Spawner`, when to look again in
 * `RefillSchedule`.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #health: SpawnHealth;
  readonly #counts = new ProcessCounts();
  readonly #workers: LiveWorkers;
  readonly #spawner: Spawner;
  readonly #targets: WarmTargets;
  readonly #repeatedSetup = new RepeatedSetup();
  readonly #promptUse: PromptUse;
  readonly #recycling: Recycling;
  readonly #acquisition: Acquisition;
  readonly #schedule: RefillSchedule;
  #isDraining = false;
  #progressAt: number;

  constructor(options: PoolOptions) {
    const { launch, maxSpawning, gate, now, log } = options;
    this.#options = options;
    this.#health = new SpawnHealth(now, log);
    this.#workers = new LiveWorkers({ log, counts: this.#counts, onLost: this.#onLost });
    this.#spawner = new Spawner({
      launch,
      maxSpawning,
      ...(gate !== undefined && { gate }),
      health: this.#health,
      workers: this.#workers,
      counts: this.#counts,
      onStarted: this.#onStarted,
      onFailed: this.#onFailed,
      onSettled: this.#fill,
    });
    this.#targets = new WarmTargets(options);
    this.#promptUse = new PromptUse(options.idleAfterMs, now);
    this.#recycling = new Recycling(options);
    this.#acquisition = new Acquisition({
      workers: this.#workers,
      spawner: this.#spawner,
      reuse: options.reuse,
      spawnMs: () => this.#targets.spawnMs,
      now,
      onHandedOut: () => {
        this.#counts.used();
        this.#noteProgress();
      },
      onKept: () => {
        this.#schedule.soon();
      },
    });
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

  /** A worker for `model`. Throws the pool's last start failure at once while it waits to try again. */
  acquire(
    model: string,
    signal: AbortSignal,
    { setup, comesAgain = true, priority }: AcquireOptions = {},
  ): Promise<Acquired> {
    const isIdle = priority === 'idle';
    this.#noteRequest(model, comesAgain ? setup : undefined, isIdle);
    return this.#acquisition.acquire({ model, key: setup?.key, isIdle }, signal);
  }

  /** A worker has its whole request. It is replaced only now, since feeding a long one takes a while. */
  fed(): void {
    this.#schedule.soon();
  }

  /**
   * Takes a worker back after its turn, which `empty` takes out of it, bounded in time and without ever throwing. Where
   * there is any doubt that nothing of the turn is left, the worker is ended, but not before it has `finished`.
   */
  giveBack(worker: Worker, empty: () => Promise<RewindOutcome>, finished = Promise.resolve()): void {
    const end = this.#endOf(worker);
    if (end !== undefined) {
      void finished.then(() => {
        this.release(worker, end);
      });
      return;
    }
    const emptying = this.#recycling.empty(worker, empty);
    worker.empty(emptying, this.#options.now());
    this.#workers.warm.add(worker);
    void worker.ready.then(
      () => {
        this.#acquisition.offer(worker);
        if (this.#isDraining && this.#workers.warm.has(worker)) this.release(worker, 'stopped');
        this.#schedule.soon();
      },
      async () => {
        this.release(worker, (await emptying).end ?? 'not_emptied');
      },
    );
  }

  /** Ends a worker that was handed out. */
  release(worker: Worker, why: ProcessEnd): void {
    void this.#workers.end(worker, why);
    this.#schedule.soon();
  }

  /**
   * Ends all that were started by now, those in use after their turns: the login has changed. A process that was started
   * without one sends its next turn as if there was no subscription (2.1.197 and 2.1.332).
   */
  renew(): void {
    for (const worker of this.#workers.all) this.#recycling.outdate(worker);
    for (const worker of [...this.#workers.warm]) void this.#workers.end(worker, 'login_changed');
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

  /** Every process, whatever it does. */
  processes(): PooledProcess[] {
    return describeWorkers(this.#workers.all, this.#options.now());
  }

  /** How many processes could be handed out at once. */
  get idleCount(): number {
    return this.#workers.warm.idle.length;
  }

  /** How processes are and were used. */
  get figures(): PoolFigures {
    return this.#counts.figures(this.#workers.all);
  }

  /** Ends the waiting processes of another CLI, which were started at such a time; others take their place. */
  retire(isUnfit: (startedAt: number) => boolean): void {
    for (const worker of [...this.#workers.warm]) {
      if (isUnfit(worker.startedAt)) void this.#workers.end(worker, 'cli_changed');
    }
    this.#schedule.soon();
  }

  /** Starts no more processes ahead of demand, and ends the warm ones but for those that requests wait for. */
  drain(): void {
    this.#isDraining = true;
    this.#schedule.stop();
    for (const worker of [...this.#workers.warm]) {
      this.#acquisition.offer(worker);
      if (this.#workers.warm.has(worker) && !this.#acquisition.isWanted(worker))
        void this.#workers.end(worker, 'stopped');
    }
  }

  /** Ends every process; settles when all are gone. */
  async stop(): Promise<void> {
    this.#isDraining = true;
    this.#schedule.stop();
    this.#spawner.stop();
    await this.#workers.endAll();
  }

  /** Why a worker is not kept, now that its turn is over; undefined where it is. */
  #endOf(worker: Worker): ProcessEnd | undefined {
    if (this.#isDraining && !this.#acquisition.isWanted(worker)) return 'stopped';
    if (this.#options.maxWarm === 0) return 'single_use';
    return this.#recycling.endOf(worker);
  }

  #noteRequest(model: string, setup: Setup | undefined, isIdle: boolean): void {
    if (setup !== undefined) {
      this.#repeatedSetup.note(model, setup);
      this.#promptUse.note(setup.key);
      // It will find a process of its own, so that no more plain ones are needed for it.
      if (this.#options.reuse.isOn && this.#promptUse.isRepeated(setup.key)) return;
    }
    // Nor for one that nobody waits for.
    if (!isIdle) this.#targets.requested(model);
  }

  /** Starts what is missing and ends what is too much. */
  readonly #fill = (): void => {
    if (this.#isDraining) return;
    const { warm } = this.#workers;
    const { missing, surplus } = this.#plan();
    if (missing.length === 0) this.#noteProgress();
    for (const worker of surplus) void this.#workers.end(worker, 'surplus');
    for (const model of missing) {
      const worker = this.#spawner.trySpawn(model);
      if (worker !== undefined) warm.add(worker);
    }
    if (!this.#options.reuse.isOn) this.#prepareIdle();
  };

  #plan(): { missing: string[]; surplus: Worker[] } {
    const { idleAfterMs, maxWarm, now, reuse } = this.#options;
    const targets = this.#targets.current();
    const warm = [...this.#workers.warm];
    if (!reuse.isOn) return planRefill(targets, warm, maxWarm);
    const isRepeated = ({ preparedFor }: Worker) =>
      preparedFor !== undefined && this.#promptUse.isRepeated(preparedFor);
    const isRecent = (worker: Worker) =>
      now() - worker.usedAt <= (isRepeated(worker) ? idleAfterMs : Math.min(idleAfterMs, keptOnceMs));
    return planReuse({ targets, warm, maxWarm, isRepeated, isRecent });
  }

  #prepareIdle(): void {
    const outdated = this.#workers.warm.prepare((model) => this.#repeatedSetup.of(model));
    for (const worker of outdated) void this.#workers.end(worker, 'outdated');
    if (outdated.length > 0) this.#schedule.soon();
  }

  /** One at a time, each once the one before is replaced, so that a pool whose workers are of one age is never empty. */
  #retireOldest(): void {
    const { warm } = this.#workers;
    if (this.#health.failure !== undefined || this.#health.waitMs > 0 || warm.areStarting) return;
    const { oldest } = warm;
    if (oldest === undefined || this.#options.now() - oldest.startedAt <= this.#options.maxAgeMs) return;
    void this.#workers.end(oldest, 'max_age');
  }

  readonly #onStarted = (worker: Worker): void => {
    this.#noteProgress();
    this.#targets.spawned(this.#options.now() - worker.startedAt);
    this.#acquisition.offer(worker);
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
