import { processEnds, processStates, type PoolFigures, type ProcessEnd } from '../../core/pool-figures.ts';
import type { Worker } from './worker.ts';

/** Counts what becomes of the pool's processes. */
export class ProcessCounts {
  readonly #ends = zeros(processEnds);
  /** A process ends once, however many ask for it. */
  readonly #ended = new WeakSet<Worker>();
  #starts = 0;
  #failedStarts = 0;
  #uses = 0;

  started(): void {
    this.#starts += 1;
  }

  startFailed(): void {
    this.#failedStarts += 1;
  }

  used(): void {
    this.#uses += 1;
  }

  /** The first reason counts. */
  ended(worker: Worker, why: ProcessEnd): void {
    if (this.#ended.has(worker)) return;
    this.#ended.add(worker);
    this.#ends[why] += 1;
  }

  /** `live`: the processes that there are. */
  figures(live: Iterable<Worker>): PoolFigures {
    const processes = zeros(processStates);
    for (const { state } of live) if (state !== 'dead') processes[state] += 1;
    return {
      processes,
      starts: this.#starts,
      failedStarts: this.#failedStarts,
      uses: this.#uses,
      ends: { ...this.#ends },
    };
  }
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
