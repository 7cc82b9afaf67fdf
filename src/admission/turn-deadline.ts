import { HarnessError } from '../core/errors.ts';
import { onAbort } from '../util/on-abort.ts';

export interface TurnDeadlineOptions {
  /** Who answers, as the error about its silence begins: `The API`. */
  source: string;
  /** The client's; the turn ends with its reason. */
  signal: AbortSignal;
  turnTimeoutMs: number;
  /** How long the source may be silent while it is listened to. */
  idleTimeoutMs: number;
}

/** The bounds of a turn's time, as one signal whose reason is the error that the turn ends with. */
export class TurnDeadline {
  readonly #controller = new AbortController();
  readonly #turnTimer: NodeJS.Timeout;
  readonly #idleTimer: NodeJS.Timeout;
  readonly #unfollow: () => void;
  #isListening = false;

  constructor({ source, signal, turnTimeoutMs, idleTimeoutMs }: TurnDeadlineOptions) {
    this.#turnTimer = setTimeout(() => {
      this.#end(turnTimeout(turnTimeoutMs));
    }, turnTimeoutMs);
    this.#idleTimer = setTimeout(() => {
      // A slow client, not a silent source, when nobody is listening.
      if (this.#isListening) this.#end(idleTimeout(source, idleTimeoutMs));
    }, idleTimeoutMs);
    this.#unfollow = onAbort(signal, () => {
      this.#end(signal.reason);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for what the source says next; the signal is the source's to end the wait. */
  async listen<Value>(next: Promise<Value>): Promise<Value> {
    this.#isListening = true;
    this.#idleTimer.refresh();
    try {
      return await next;
    } finally {
      this.#isListening = false;
    }
  }

  dispose(): void {
    clearTimeout(this.#turnTimer);
    clearTimeout(this.#idleTimer);
    this.#unfollow();
  }

  /** The first reason stays. */
  #end(reason: unknown): void {
    this.#controller.abort(reason);
  }
}

function turnTimeout(ms: number): HarnessError {
  return new HarnessError('TURN_TIMEOUT', `The turn was ended after ${inSeconds(ms)} s (limits.turn_timeout).`);
}

function idleTimeout(source: string, ms: number): HarnessError {
  return new HarnessError('IDLE_TIMEOUT', `${source} was silent for ${inSeconds(ms)} s (limits.idle_timeout).`);
}

function inSeconds(ms: number): number {
  return Math.round(ms / 1000);
}
