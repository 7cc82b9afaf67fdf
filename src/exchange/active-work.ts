import type { Response } from 'express';
import { HarnessError } from '../core/errors.ts';

/** The requests that are being answered, so that a shutdown can wait for them and then end them. */
export class ActiveRequests {
  readonly #active = new Set<AbortController>();
  readonly #idleListeners = new Set<() => void>();

  /** A signal that aborts when the client goes away before the answer is complete, or when `abortAll` is called. */
  track(res: Response): AbortSignal {
    const { signal, abort: abortWith, end } = this.begin();
    const abort = (): void => {
      abortWith(new HarnessError('ABORTED', 'The client closed the connection.'));
    };
    // Unpacking a body takes its time: the client may have left meanwhile, and `close` does not come again.
    if (res.closed) {
      abort();
      end();
      return signal;
    }
    res.once('close', () => {
      if (!res.writableFinished) abort();
      end();
    });
    return signal;
  }

  /** Work that no connection waits for; its signal aborts when `abortAll` is called. `end` says that it is over. */
  begin(): { signal: AbortSignal; abort: (reason: HarnessError) => void; end: () => void } {
    const controller = new AbortController();
    this.#active.add(controller);
    return {
      signal: controller.signal,
      abort: (reason) => {
        controller.abort(reason);
      },
      end: () => {
        this.#active.delete(controller);
        if (this.#active.size === 0) this.#wake();
      },
    };
  }

  abortAll(reason: HarnessError): void {
    for (const controller of this.#active) controller.abort(reason);
  }

  /** Waits until no request is being answered, at most `timeoutMs`; tells whether that came true. */
  async idle(timeoutMs: number): Promise<boolean> {
    if (this.#active.size === 0) return true;
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#idleListeners.delete(settle);
        resolve(this.#active.size === 0);
      };
      const timer = setTimeout(settle, timeoutMs);
      this.#idleListeners.add(settle);
    });
  }

  #wake(): void {
    for (const listener of this.#idleListeners) listener();
  }
}
