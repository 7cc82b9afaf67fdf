import type { HarnessError } from '../core/errors.ts';

export interface Work {
  signal: AbortSignal;
  abort: (reason: HarnessError) => void;
  end: () => void;
}

/** The answers that are being made, so that a shutdown can wait for them and then end them. */
export class ActiveWork {
  readonly #active = new Set<AbortController>();
  readonly #idleListeners = new Set<() => void>();

  /** Begins work whose signal aborts when `abortAll` is called. `end` must be called when it is over. */
  begin(): Work {
    const controller = new AbortController();
    this.#active.add(controller);
    return {
      signal: controller.signal,
      abort: (reason) => {
        controller.abort(reason);
      },
      end: () => {
        this.#active.delete(controller);
        if (this.isIdle) this.#wake();
      },
    };
  }

  get isIdle(): boolean {
    return this.#active.size === 0;
  }

  abortAll(reason: HarnessError): void {
    for (const controller of this.#active) controller.abort(reason);
  }

  /** Waits until nothing is being worked on, at most `timeoutMs`; returns whether that came true. */
  async idle(timeoutMs: number): Promise<boolean> {
    if (this.isIdle) return true;
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#idleListeners.delete(settle);
        resolve(this.isIdle);
      };
      const timer = setTimeout(settle, timeoutMs);
      this.#idleListeners.add(settle);
    });
  }

  #wake(): void {
    for (const listener of this.#idleListeners) listener();
  }
}
