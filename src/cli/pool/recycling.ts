import type { Logger } from '../../core/logger.ts';
import type { ProcessEnd } from '../../core/pool-figures.ts';
import { isErrorLogFull } from '../../process/error-log.ts';
import { residentMemory } from '../../process/resident-memory.ts';
import type { RewindOutcome } from '../rewind.ts';
import type { ReuseRule } from './reuse-rule.ts';
import type { Worker } from './worker.ts';

export interface RecyclingOptions {
  reuse: ReuseRule;
  /** After so many turns a process is ended. */
  maxTurns: number;
  /** A process older than this is replaced, when it is not busy. */
  maxAgeMs: number;
  /** A process that occupies more after its turn is ended. */
  maxMemoryBytes: number;
  now: () => number;
  log: Logger;
}

/** How emptying a process went; `end`: why it is ended although its turn could be taken out of it. */
export type Recycled = RewindOutcome & { end?: ProcessEnd };

/** Which processes may serve another turn. */
export class Recycling {
  readonly #options: RecyclingOptions;
  readonly #outdated = new WeakSet<Worker>();

  constructor(options: RecyclingOptions) {
    this.#options = options;
  }

  /** It serves no further turn. */
  outdate(worker: Worker): void {
    this.#outdated.add(worker);
  }

  /** Why a worker is not worth emptying, now that its turn is over; undefined where it is. */
  endOf(worker: Worker): ProcessEnd | undefined {
    const { reuse, maxTurns, maxAgeMs, now } = this.#options;
    if (worker.state !== 'busy') return 'exited';
    if (!reuse.isOn) return 'single_use';
    if (this.#outdated.has(worker)) return 'login_changed';
    if (worker.turns >= maxTurns) return 'max_turns';
    return now() - worker.startedAt > maxAgeMs ? 'max_age' : undefined;
  }

  /** Empties a worker; where there is any doubt that nothing of its turn is left, or it has grown, it is not emptied. */
  async empty(worker: Worker, empty: () => Promise<RewindOutcome>): Promise<Recycled> {
    const { reuse, maxMemoryBytes, log } = this.#options;
    const outcome = await empty();
    if (!outcome.emptied) {
      const { reason, refused } = outcome;
      log.debug('a CLI process is not used again', { pid: worker.cli.pid, reason });
      // What a used one refuses may be due to what it has served.
      if (refused && worker.turns === 1) reuse.refused(reason);
      return outcome;
    }
    if (outcome.rewound) reuse.emptied();
    const excess = (residentMemory(worker.cli.pid) ?? 0) > maxMemoryBytes ? 'it occupies too much memory' : undefined;
    const reason = excess ?? (isErrorLogFull(worker.errorLog) ? 'its log of errors is full' : undefined);
    return reason === undefined ? outcome : { emptied: false, refused: false, reason, end: 'outgrown' };
  }
}
