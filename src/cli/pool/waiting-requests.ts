import { onAbort } from '../../util/on-abort.ts';
import type { PlannedProcess } from './plan-reuse.ts';

interface WaitingRequest<Process> {
  model: string;
  /** Of its setup. */
  key: string;
  /** Nobody waits for its answer: all others come first. */
  isIdle: boolean;
  take: (process: Process) => void;
  /** How many before it have got theirs since its patience was last counted from the start. */
  servedBefore: number;
}

export interface Patience {
  ms: number;
  /**
   * Called once, when the request has waited for so long, and will probably have to for as long again at the pace at which
   * processes have come back. It goes on waiting, and fails as this does.
   */
  whenOver: () => Promise<void>;
}

export interface Waiting {
  model: string;
  /** Of its setup. */
  key: string;
  isIdle?: boolean;
}

/** Requests that wait for a process that is in use; served in the order they came, those that nobody waits for at last. */
export class WaitingRequests<Process extends PlannedProcess> {
  readonly #waiting = new Set<WaitingRequest<Process>>();

  /** Whether one waits that such a process would suit, and so comes before any that comes now. */
  has(model: string, key: string): boolean {
    return this.count(model, key) > 0;
  }

  /** How many wait that such a process would suit. */
  count(model: string, key: string): number {
    return this.#like({ model, key }).length;
  }

  /** Settles with the process that is the caller's. */
  async wait({ model, key, isIdle = false }: Waiting, patience: Patience, signal: AbortSignal): Promise<Process> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(request);
        clearTimeout(timer);
        stopListening();
      };
      const fail = (reason: Error): void => {
        leave();
        reject(reason);
      };
      const request: WaitingRequest<Process> = {
        ...{ model, key, isIdle },
        take: (process) => {
          leave();
          resolve(process);
        },
        servedBefore: 0,
      };
      const wait = (): NodeJS.Timeout =>
        setTimeout(() => {
          if (this.#isNearlyServed(request)) timer = wait();
          else patience.whenOver().catch(fail);
        }, patience.ms);
      let timer = wait();
      let stopListening = (): void => undefined;
      this.#waiting.add(request);
      stopListening = onAbort(signal, () => {
        fail(signal.reason as Error);
      });
    });
  }

  /** Hands an idle process to the first request that it suits: one of its setup, or any of its model where it has none. */
  offer(process: Process): boolean {
    const request = this.#firstFor(process);
    if (request === undefined) return false;
    request.take(process);
    for (const other of this.#like(request)) other.servedBefore += 1;
    return true;
  }

  /** Whether any waits that the process suits. */
  wants(process: Process): boolean {
    return this.#firstFor(process) !== undefined;
  }

  #firstFor({ model, preparedFor }: Process): WaitingRequest<Process> | undefined {
    const suited = [...this.#waiting].filter(
      (request) => request.model === model && (preparedFor === undefined || preparedFor === request.key),
    );
    return suited.find(({ isIdle }) => !isIdle) ?? suited[0];
  }

  /** Whether as many got a process since it was last asked as there are up to this request; counts anew from here on. */
  #isNearlyServed(request: WaitingRequest<Process>): boolean {
    const place = this.#like(request).indexOf(request) + 1;
    const isNearly = request.servedBefore >= place;
    request.servedBefore = 0;
    return isNearly;
  }

  #like({ model, key }: Pick<WaitingRequest<Process>, 'model' | 'key'>): WaitingRequest<Process>[] {
    return [...this.#waiting].filter((request) => request.model === model && request.key === key);
  }
}
