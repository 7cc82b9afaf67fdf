import { HarnessError } from '../../core/errors.ts';
import type { LiveWorkers } from './live-workers.ts';
import type { ProcessCounts } from './process-counts.ts';
import { SpawnGate } from './spawn-gate.ts';
import type { SpawnHealth } from './spawn-health.ts';
import type { Worker } from './worker.ts';

export interface SpawnerOptions {
  /** Starts a process for a model. May throw, as for a missing CLI. */
  launch: (model: string) => Worker;
  maxSpawning: number;
  /** Of several pools that start so many together; absent: there is no other. */
  gate?: SpawnGate;
  health: SpawnHealth;
  workers: LiveWorkers;
  counts: ProcessCounts;
  /** A process is up. */
  onStarted: (worker: Worker) => void;
  onFailed: () => void;
  /** A start is over, well or not, so that another one may begin. */
  onSettled: () => void;
}

/** Starts processes, a few at a time, and records how that goes. */
export class Spawner {
  readonly #options: SpawnerOptions;
  readonly #gate: SpawnGate;
  #isStopped = false;

  constructor(options: SpawnerOptions) {
    this.#options = options;
    this.#gate = options.gate ?? new SpawnGate(options.maxSpawning);
  }

  /**
   * For a request that waits. Throws the last failure at once while it is not time for another try, so that a broken CLI
   * costs no processes.
   */
  async spawn(model: string, signal: AbortSignal): Promise<Worker> {
    this.#options.health.admit();
    await this.#gate.enter(signal);
    return this.#launch(model);
  }

  /** Ahead of demand: nothing where it is not time for another try, where no place is free, or where it failed. */
  trySpawn(model: string): Worker | undefined {
    if (this.#options.health.waitMs > 0 || !this.#gate.tryEnter()) return undefined;
    try {
      return this.#launch(model);
    } catch {
      // Recorded by #launch.
      return undefined;
    }
  }

  /** Nothing is started any more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The caller holds a place in the gate, which is given back when the process is up or has failed. */
  #launch(model: string): Worker {
    const { launch, workers } = this.#options;
    if (this.#isStopped) {
      this.#gate.leave();
      throw new HarnessError('DRAINING', 'The harness is shutting down.');
    }
    let worker: Worker;
    try {
      worker = launch(model);
    } catch (error) {
      this.#gate.leave();
      throw this.#failed(error);
    }
    workers.add(worker);
    void this.#follow(worker);
    return worker;
  }

  async #follow(worker: Worker): Promise<void> {
    const { workers, health, onStarted, onSettled } = this.#options;
    await worker.ready.then(
      () => {
        health.succeeded();
        onStarted(worker);
      },
      (error: unknown) => {
        if (!workers.isEnding(worker)) this.#failed(error);
        void workers.end(worker, 'start_failed');
      },
    );
    this.#gate.leave();
    onSettled();
  }

  #failed(reason: unknown): HarnessError {
    const { health, counts, onFailed } = this.#options;
    const error = health.failed(reason);
    counts.startFailed();
    onFailed();
    return error;
  }
}
