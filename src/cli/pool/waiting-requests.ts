import { onAbort } from '../../util/on-abort.ts';
import type { PlannedProcess } from './plan-reuse.ts';

interface WaitingRequest<Process> {
  model: string;
  /** Of its setup. */
  key: string;
  take: (process: Process) => void;
}

/** Requests that wait for a process that is in use, rather than for a new one to start; served in the order they came. */
export class WaitingRequests<Process extends PlannedProcess> {
  readonly #waiting = new Set<WaitingRequest<Process>>();

  /** Whether one waits that such a process would suit, and so comes before any that comes now. */
  has(model: string, key: string): boolean {
    return [...this.#waiting].some((request) => request.model === model && request.key === key);
  }

  /** Settles with the process that is the caller's, or with `undefined` when none came in time. */
  async wait(model: string, key: string, patienceMs: number, signal: AbortSignal): Promise<Process | undefined> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(request);
        clearTimeout(timer);
        stopListening();
      };
      const request: WaitingRequest<Process> = {
        model,
        key,
        take: (process) => {
          leave();
          resolve(process);
        },
      };
      const timer = setTimeout(() => {
        leave();
        resolve(undefined);
      }, patienceMs);
      let stopListening = (): void => undefined;
      this.#waiting.add(request);
      stopListening = onAbort(signal, () => {
        leave();
        reject(signal.reason as Error);
      });
    });
  }

  /** Hands an idle process to the first request that it suits: one of its setup, or any of its model where it has none. */
  offer(process: Process): boolean {
    const { model, preparedFor } = process;
    for (const request of this.#waiting) {
      if (request.model !== model || (preparedFor !== undefined && preparedFor !== request.key)) continue;
      request.take(process);
      return true;
    }
    return false;
  }
}
