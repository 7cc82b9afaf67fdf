import type { Logger } from '../../core/logger.ts';
import type { ProcessEnd } from '../../core/pool-figures.ts';
import type { ProcessCounts } from './process-counts.ts';
import { WarmWorkers } from './warm-workers.ts';
import type { Worker } from './worker.ts';

export interface LiveWorkersOptions {
  log: Logger;
  counts: ProcessCounts;
  /** Called for a worker that ended by itself while it waited. */
  onLost: (worker: Worker) => void;
}

/** Every worker that was started and is not gone yet. */
export class LiveWorkers {
  /** Those that were not handed out. */
  readonly warm = new WarmWorkers();
  readonly #options: LiveWorkersOptions;
  readonly #all = new Set<Worker>();
  /** Ended on purpose, which is no failure. */
  readonly #ending = new WeakSet<Worker>();

  constructor(options: LiveWorkersOptions) {
    this.#options = options;
  }

  add(worker: Worker): void {
    const { counts, onLost } = this.#options;
    counts.started();
    this.#all.add(worker);
    void worker.gone.then(() => {
      this.#all.delete(worker);
      if (!this.warm.delete(worker)) return;
      counts.ended(worker, 'exited');
      onLost(worker);
    });
  }

  get all(): Iterable<Worker> {
    return this.#all;
  }

  /** The workers in use, or being emptied, that will have this setup when they come back. */
  returning(model: string, key: string): Worker[] {
    return [...this.#all].filter(
      (worker) =>
        (worker.state === 'busy' || worker.state === 'emptying') && worker.model === model && worker.takenFor === key,
    );
  }

  isEnding(worker: Worker): boolean {
    return this.#ending.has(worker);
  }

  /** Settles when the worker is gone; never rejects. */
  async end(worker: Worker, why: ProcessEnd): Promise<void> {
    this.warm.delete(worker);
    this.#options.counts.ended(worker, why);
    this.#ending.add(worker);
    try {
      await worker.stop();
    } catch (error) {
      this.#options.log.error('a CLI process could not be ended', { pid: worker.cli.pid, error });
    }
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#all].map((worker) => this.end(worker, 'stopped')));
  }
}
