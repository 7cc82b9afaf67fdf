import { HarnessError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import { Demand } from './demand.ts';
import { planWarm, type Wanted } from './refill.ts';
import { SetupHabits, type Setup } from './repeated-setup.ts';
import { Spares } from './warm-workers.ts';
import { SpawnGate } from './spawn-gate.ts';
import { StartRecord } from './spawn-health.ts';
import type { Worker } from './worker.ts';

/** More than a process needs to its first token once it has its request, less than anyone notices. */
const refillDelayMs = 100;
/** Longer than any start takes, and any wait for the next try. */
const stuckAfterMs = 5 * 60_000;
/** A timer may come a little before its time by the clock that the waits are measured with. */
const timerSlackMs = 10;

export interface PoolOptions {
  /** Starts a process for a model. May throw, as for a missing CLI. */
  launch: (model: string) => Worker;
  /** Kept warm whether it was asked for or not. */
  defaultModel: string;
  warmPerModel: number;
  maxWarm: number;
  /** How long after its last use a model is kept warm. */
  idleAfterMs: number;
  /** A warm process older than this is replaced. */
  maxAgeMs: number;
  maxSpawning: number;
  now: () => number;
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
 * belongs to the caller until `release`.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #gate: SpawnGate;
  readonly #starts: StartRecord;
  readonly #demand: Demand;
  readonly #habits = new SetupHabits();
  readonly #spares = new Spares();
  readonly #all = new Set<Worker>();
  /** Ended on purpose, which is no failure. */
  readonly #ending = new WeakSet<Worker>();
  readonly #lastUsed = new Map<string, number>();
  #phase: 'filling' | 'draining' | 'stopped' = 'filling';
  #progressAt: number;
  #tick: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#gate = new SpawnGate(options.maxSpawning);
    this.#starts = new StartRecord(options.now, options.log);
    this.#demand = new Demand(options.now);
    this.#progressAt = options.now();
  }

  /** Starts the first processes and the upkeep. */
  start(): void {
    const everyMs = Math.max(50, Math.min(this.#options.maxAgeMs / 10, this.#options.idleAfterMs / 10, 30_000));
    this.#tick = setInterval(() => {
      this.#retireOldest();
      this.#fill();
    }, everyMs);
    this.#fill();
  }

  /**
   * A worker for `model`: one that was prepared for the same setup, else a warm one, else the one being started, else a
   * new one. Throws the pool's last start failure at once while it waits to try again, so that a broken CLI costs no
   * processes.
   */
  async acquire(model: string, signal: AbortSignal, setup?: Setup): Promise<Acquired> {
    this.#demand.arrived(model);
    if (setup !== undefined) this.#habits.note(model, setup);
    const spare = this.#spares.claim(model, setup?.key);
    if (spare?.state === 'idle') return this.#handOut(spare, true);
    const worker = spare ?? (await this.#startOnDemand(model, signal));
    await unlessAborted(worker.ready, signal, () => {
      // The request went away, the process is as good as before.
      this.#spares.add(worker);
    });
    return this.#handOut(worker, false);
  }

  /** Tells that a worker has its whole request. Only now it is replaced: to be told a long one takes a while. */
  fed(): void {
    this.#fillSoon();
  }

  /** Ends a worker that was handed out. */
  release(worker: Worker): void {
    void this.#end(worker);
    this.#fillSoon();
  }

  /** Counts `model` as in use from now on: it is kept warm until it was unused for `idleAfterMs`. */
  keepWarm(model: string): void {
    this.#lastUsed.delete(model);
    this.#lastUsed.set(model, this.#options.now());
    this.#fillSoon();
  }

  /** Why processes can't be started at present. */
  get failure(): HarnessError | undefined {
    return this.#starts.failure;
  }

  /** Whether processes come and go, or all that should wait are there; a pool that is stuck does neither. */
  isResponsive(): boolean {
    return this.#options.now() - this.#progressAt < stuckAfterMs;
  }

  /** How many processes could be handed out at once. */
  get idleCount(): number {
    return this.#spares.idle.length;
  }

  /** Starts no more processes ahead of demand, and ends the spare ones. */
  drain(): void {
    if (this.#phase === 'filling') this.#phase = 'draining';
    for (const worker of this.#spares) void this.#end(worker);
  }

  /** Ends every process; settles when all are gone. */
  async stop(): Promise<void> {
    this.#phase = 'stopped';
    clearInterval(this.#tick);
    clearTimeout(this.#retry);
    clearTimeout(this.#soon);
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  #handOut(worker: Worker, warm: boolean): Acquired {
    this.#progressAt = this.#options.now();
    worker.take();
    return { worker, warm, prepared: worker.preparedFor !== undefined };
  }

  /** After a breath: a process that starts would take the turn being served half of a small machine. */
  #fillSoon(): void {
    if (this.#phase !== 'filling') return;
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#fill();
    }, refillDelayMs);
  }

  async #startOnDemand(model: string, signal: AbortSignal): Promise<Worker> {
    this.#starts.admit();
    await this.#gate.enter(signal);
    return this.#launch(model);
  }

  /** Starts a process; the caller holds a place in the gate, which is given back when the process is up or has failed. */
  #launch(model: string): Worker {
    if (this.#phase === 'stopped') {
      this.#gate.leave();
      throw new HarnessError('DRAINING', 'The harness is shutting down.');
    }
    let worker: Worker;
    try {
      worker = this.#options.launch(model);
    } catch (error) {
      this.#gate.leave();
      throw this.#noteFailure(error);
    }
    this.#all.add(worker);
    worker.ready.then(
      () => {
        this.#noteSuccess(worker);
      },
      (error: unknown) => {
        if (!this.#ending.has(worker)) this.#noteFailure(error);
        void this.#end(worker);
      },
    );
    void worker.ready
      .catch(() => undefined)
      .then(() => {
        this.#gate.leave();
        this.#fill();
      });
    void worker.gone.then(() => {
      this.#all.delete(worker);
      if (this.#spares.delete(worker)) this.#noteLoss(worker);
    });
    return worker;
  }

  /** Starts what is missing and ends what is too much. */
  #fill(): void {
    if (this.#phase !== 'filling') return;
    const { now, maxWarm } = this.#options;
    const plan = planWarm(this.#wanted(), [...this.#spares], maxWarm);
    if (plan.missing.length === 0) this.#progressAt = now();
    for (const worker of plan.surplus) {
      this.#spares.delete(worker);
      void this.#end(worker);
    }
    for (const model of plan.missing) this.#startSpare(model);
    const outdated = this.#spares.prepare((model) => this.#habits.of(model));
    for (const worker of outdated) void this.#end(worker);
    if (outdated.length > 0) this.#fillSoon();
  }

  /** The models in use, last used first, and the default one. */
  #wanted(): Wanted[] {
    const { now, defaultModel, idleAfterMs, warmPerModel } = this.#options;
    for (const [model, usedAt] of this.#lastUsed) {
      if (now() - usedAt > idleAfterMs) this.#lastUsed.delete(model);
    }
    const models = new Set([...[...this.#lastUsed.keys()].reverse(), defaultModel]);
    return [...models].map((model) => ({
      model,
      count: warmPerModel === 0 ? 0 : Math.max(warmPerModel, this.#demand.of(model)),
    }));
  }

  #startSpare(model: string): void {
    if (this.#starts.waitMs > 0 || !this.#gate.tryEnter()) return;
    try {
      this.#spares.add(this.#launch(model));
    } catch {
      // Noted by #launch, which also set the time of the next try.
    }
  }

  /** One at a time, each once the one before is replaced, so that a pool whose workers are of one age is never empty. */
  #retireOldest(): void {
    if (this.#starts.failure !== undefined || this.#starts.waitMs > 0) return;
    if (this.#spares.areStarting) return;
    const { oldest } = this.#spares;
    if (oldest === undefined || this.#options.now() - oldest.startedAt <= this.#options.maxAgeMs) return;
    this.#spares.delete(oldest);
    void this.#end(oldest);
  }

  async #end(worker: Worker): Promise<void> {
    this.#spares.delete(worker);
    this.#ending.add(worker);
    try {
      await worker.stop();
    } catch (error) {
      this.#options.log.error('a CLI process could not be ended', { pid: worker.cli.pid, error });
    }
  }

  #noteSuccess(worker: Worker): void {
    this.#progressAt = this.#options.now();
    this.#demand.spawned(this.#options.now() - worker.startedAt);
    this.#starts.succeeded();
  }

  #noteFailure(reason: unknown): HarnessError {
    this.#progressAt = this.#options.now();
    const error = this.#starts.failed(reason);
    this.#retryLater();
    return error;
  }

  #noteLoss(worker: Worker): void {
    this.#starts.lost(worker);
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#phase !== 'filling') return;
    this.#retry = setTimeout(() => {
      this.#fill();
    }, this.#starts.waitMs + timerSlackMs);
  }
}
