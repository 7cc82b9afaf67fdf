import type { AgentProcess } from '../../core/agent-engine.ts';
import type { Logger } from '../../core/logger.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';

export interface LiveProcessesOptions {
  /** How many sessions have a process at a time. */
  maxLive: number;
  /** How long a process is kept when its turn is over. */
  idleAfterMs: number;
  log: Logger;
}

/** What a session has while it may have a process. */
interface Seat {
  process?: AgentProcess;
  isBusy: boolean;
  /** Ends the process of a turn that waits for a client; its answer starts another. */
  giveUp?: (() => Promise<void>) | undefined;
  /** Ends the process that nobody has used for so long. */
  timer?: NodeJS.Timeout;
}

interface Waiting {
  sessionId: string;
  seated: Deferred<undefined>;
}

/**
 * The processes of sessions, up to `maxLive`. A turn takes a seat; where all are taken, the session that has been idle for
 * the longest gives its own up, else one that waits for a client. Where all are at work, turns wait in the order in which
 * they came.
 */
export class LiveProcesses {
  readonly #options: LiveProcessesOptions;
  /** Idle ones stand in the order in which they became idle, since each is put at the end then. */
  readonly #seats = new Map<string, Seat>();
  readonly #waiting: Waiting[] = [];
  /** Processes that are ending; they count until they are gone. Their sessions get no other before. */
  readonly #ending = new Map<string, Promise<void>>();
  /** Those that have been asked to give theirs up. */
  readonly #givingUp = new Set<string>();

  constructor(options: LiveProcessesOptions) {
    this.#options = options;
  }

  /** Settles when the session may have a process; rejects with the signal's reason. */
  async take(sessionId: string, signal: AbortSignal): Promise<void> {
    const seat = this.#seats.get(sessionId);
    if (seat !== undefined) {
      clearTimeout(seat.timer);
      seat.isBusy = true;
      return;
    }
    const waiting: Waiting = { sessionId, seated: createDeferred() };
    this.#waiting.push(waiting);
    this.#seatNext();
    await unlessAborted(waiting.seated.promise, signal, () => {
      this.#forget(waiting);
    });
    await this.#ending.get(sessionId);
  }

  /** The process that the session has kept. */
  processOf(sessionId: string): AgentProcess | undefined {
    return this.#seats.get(sessionId)?.process;
  }

  /** The session, which has a seat, has started this one. */
  put(sessionId: string, process: AgentProcess): void {
    const seat = this.#seats.get(sessionId);
    if (seat !== undefined) seat.process = process;
  }

  /** The session's turn waits for a client, and its process may go by `giveUp`; without that it does not, or may not. */
  setWaiting(sessionId: string, giveUp: (() => Promise<void>) | undefined): void {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) return;
    seat.giveUp = giveUp;
    this.#seatNext();
  }

  /** The session's turn is over: its process may be kept, or go to make room. */
  rest(sessionId: string): void {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) return;
    this.#seats.delete(sessionId);
    if (seat.process === undefined) {
      this.#seatNext();
      return;
    }
    seat.isBusy = false;
    seat.giveUp = undefined;
    seat.timer = setTimeout(() => {
      void this.leave(sessionId);
    }, timerDelay(this.#options.idleAfterMs));
    seat.timer.unref();
    this.#seats.set(sessionId, seat);
    this.#seatNext();
  }

  /** Ends the session's process and frees its seat; settles when the process is gone. */
  async leave(sessionId: string): Promise<void> {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) {
      await this.#ending.get(sessionId);
      return;
    }
    clearTimeout(seat.timer);
    this.#seats.delete(sessionId);
    const ended = this.#end(sessionId, seat);
    this.#ending.set(sessionId, ended);
    await ended;
  }

  /** Ends the session's process, and keeps the seat. */
  async replace(sessionId: string): Promise<void> {
    const seat = this.#seats.get(sessionId);
    const process = seat?.process;
    if (seat !== undefined) delete seat.process;
    await process?.stop();
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([...this.#seats.keys()].map((sessionId) => this.leave(sessionId)));
  }

  #seatNext(): void {
    const next = this.#waiting[0];
    if (next === undefined) return;
    if (this.#seats.size + this.#ending.size < this.#options.maxLive) {
      this.#waiting.shift();
      this.#seats.set(next.sessionId, { isBusy: true });
      next.seated.resolve(undefined);
      this.#seatNext();
      return;
    }
    // Enough are ending for those that wait.
    if (this.#ending.size + this.#givingUp.size >= this.#waiting.length) return;
    const idle = [...this.#seats].find(([, { isBusy }]) => !isBusy);
    if (idle !== undefined) void this.leave(idle[0]);
    else void this.#makeRoom();
  }

  async #makeRoom(): Promise<void> {
    for (const [sessionId, seat] of this.#seats) {
      const { giveUp } = seat;
      if (giveUp === undefined) continue;
      seat.giveUp = undefined;
      this.#givingUp.add(sessionId);
      await giveUp();
      this.#givingUp.delete(sessionId);
      this.#seatNext();
      return;
    }
  }

  async #end(sessionId: string, { process }: Seat): Promise<void> {
    // Not at once: the session is entered among those that end first.
    await Promise.resolve();
    try {
      await process?.stop();
    } catch (error) {
      this.#options.log.error("a session's process could not be ended", { session_id: sessionId, error });
    }
    this.#ending.delete(sessionId);
    this.#seatNext();
  }

  #forget(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
