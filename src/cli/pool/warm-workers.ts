import { selectForSetup } from './preparation.ts';
import type { Setup } from './repeated-setup.ts';
import type { Worker } from './worker.ts';

/** The processes that are not handed out: those that never were first, then in the order in which they came back. */
export class WarmWorkers implements Iterable<Worker> {
  readonly #workers = new Set<Worker>();

  [Symbol.iterator](): IterableIterator<Worker> {
    return this.#workers.values();
  }

  add(worker: Worker): void {
    this.#workers.add(worker);
  }

  has(worker: Worker): boolean {
    return this.#workers.has(worker);
  }

  /** Whether it was among them. */
  delete(worker: Worker): boolean {
    return this.#workers.delete(worker);
  }

  get idle(): Worker[] {
    return [...this.#workers].filter(({ state }) => state === 'idle');
  }

  get areStarting(): boolean {
    return [...this.#workers].some(({ state }) => state === 'starting');
  }

  /** The one that was started first of those that are ready. */
  get oldest(): Worker | undefined {
    return this.idle.sort((one, other) => one.startedAt - other.startedAt)[0];
  }

  /** Takes a worker of a model that was set up for this already, idle or about to be, the last that was used. */
  claim(model: string, key: string): Worker | undefined {
    const own = [...this.#workers].filter((worker) => worker.model === model && worker.preparedFor === key);
    const worker = own.findLast(({ state }) => state === 'idle') ?? own.find(({ state }) => state === 'emptying');
    if (worker !== undefined) this.#workers.delete(worker);
    return worker;
  }

  /** Takes the oldest plain worker of a model that is idle, if that leaves as many others as are to be left. */
  claimPlain(model: string, { leaving = 0 }: { leaving?: number } = {}): Worker | undefined {
    const plain = this.idle.filter((each) => each.model === model && each.preparedFor === undefined);
    const worker = plain.length > leaving ? plain[0] : undefined;
    if (worker !== undefined) this.#workers.delete(worker);
    return worker;
  }

  /** Takes the plain worker of a model that has been starting longest. */
  claimStarting(model: string): Worker | undefined {
    const worker = [...this.#workers].find(
      (each) => each.model === model && each.preparedFor === undefined && each.state === 'starting',
    );
    if (worker !== undefined) this.#workers.delete(worker);
    return worker;
  }

  /** Gives idle workers the setup that their model's next request will probably have; the outdated ones are to be ended. */
  prepare(setupOf: (model: string) => Setup | undefined): Worker[] {
    const models = new Set(this.idle.map(({ model }) => model));
    return [...models].flatMap((model) => {
      const setup = setupOf(model);
      if (setup === undefined) return [];
      const idle = this.idle.filter((worker) => worker.model === model);
      const { unprepared, outdated } = selectForSetup(idle, setup.key);
      for (const worker of unprepared) worker.prepare(setup);
      return outdated;
    });
  }
}
