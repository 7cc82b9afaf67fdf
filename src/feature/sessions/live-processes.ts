import type { AgentProcess, AgentSessionOptions } from '../../core/agent-engine.ts';
import type { Logger } from '../../core/logger.ts';
import { createDeferred, type Deferred } from '../../util/deferred.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import { unlessAborted } from '../../util/unless-aborted.ts';
import type { WarmProcess } from './warm-process.ts';
import { WarmProcesses, type WarmProcessesOptions } from './warm-processes.ts';

export interface LiveProcessesOptions {
  /** How many processes there are at a time. */
  maxLive: number;
  /** How long a process is kept when its turn is over. */
  idleAfterMs: number;
  warm: Omit<WarmProcessesOptions, 'idleAfterMs' | 'room' | 'onGone' | 'log'>;
  log: Logger;
}

/** What a session has while it may have a process. */
interface Seat {
  process?: AgentProcess;
  /** The one that has waited for it, until it is `process`. */
  warm?: WarmProcess | undefined;
  isBusy: boolean;
  /** Ends the process of a turn that waits for a client; its answer starts another. */
  giveUp?: (() => Promise<void>) | undefined;
  /** Ends the process that nobody has used for so long. */
  timer?: NodeJS.Timeout;
}

interface Waiting {
  sessionId: string;
  options: AgentSessionOptions;
  seated: Deferred<WarmProcess | undefined>;
}

/**
 * The processes of sessions and those that wait for one, up to `maxLive`. A turn takes a seat, and where its session begins
 * a process that waits; where all seats are taken, such a process ends for it, else that of the session that has been idle
 * for the longest, else of one that waits for a client. Where all are at work, turns wait in the order in which they came.
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
  readonly #warm: WarmProcesses;

  constructor(options: LiveProcessesOptions) {
    const { idleAfterMs, log } = options;
    this.#options = options;
    this.#warm = new WarmProcesses({
      ...{ ...options.warm, idleAfterMs, log },
      room: () => (this.#waiting.length > 0 ? 0 : this.#free),
      onGone: () => {
        this.#vacated();
      },
    });
  }

  /** Starts the processes that always wait. */
  start(): void {
    this.#warm.fill();
  }

  /** A session has been created that will be opened with this. */
  expect(options: AgentSessionOptions): void {
    this.#warm.expect(options);
  }

  /** A turn has begun its work: what has waited for it may be replaced. */
  atWork(): void {
    this.#warm.fill();
  }

  /**
   * Settles when the session may have a process, with the one that has waited for it, which is to be `put`, or ends with
   * `replace`. Rejects with the signal's reason.
   */
  async take(sessionId: string, options: AgentSessionOptions, signal: AbortSignal): Promise<WarmProcess | undefined> {
    const seat = this.#seats.get(sessionId);
    if (seat !== undefined) {
      clearTimeout(seat.timer);
      seat.isBusy = true;
      return undefined;
    }
    const waiting: Waiting = { sessionId, options, seated: createDeferred() };
    this.#waiting.push(waiting);
    this.#seatNext();
    const warm = await unlessAborted(waiting.seated.promise, signal, () => {
      this.#forget(waiting);
    });
    await this.untilEnded(sessionId);
    return warm;
  }

  /** The process that the session has kept. */
  processOf(sessionId: string): AgentProcess | undefined {
    return this.#seats.get(sessionId)?.process;
  }

  /** The session, which has a seat, has started this one. */
  put(sessionId: string, process: AgentProcess): void {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) return;
    seat.process = process;
    delete seat.warm;
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
    if (seat.process === undefined) {
      void this.leave(sessionId);
      return;
    }
    this.#seats.delete(sessionId);
    seat.isBusy = false;
    seat.giveUp = undefined;
    seat.timer = setTimeout(() => {
      void this.leave(sessionId);
    }, timerDelay(this.#options.idleAfterMs));
    seat.timer.unref();
    this.#seats.set(sessionId, seat);
    this.#vacated();
  }

  /** Ends the session's process and frees its seat; settles when the process is gone. */
  async leave(sessionId: string): Promise<void> {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) return this.untilEnded(sessionId);
    clearTimeout(seat.timer);
    this.#seats.delete(sessionId);
    const ended = this.#end(sessionId, seat);
    this.#ending.set(sessionId, ended);
    await ended;
  }

  /** Settles when no process of the session is ending. */
  async untilEnded(sessionId: string): Promise<void> {
    await this.#ending.get(sessionId);
  }

  /** Ends the session's process, and keeps the seat. */
  async replace(sessionId: string): Promise<void> {
    const seat = this.#seats.get(sessionId);
    if (seat === undefined) return;
    const { process, warm } = seat;
    delete seat.process;
    delete seat.warm;
    await (process ?? warm)?.stop();
  }

  /** Whether a turn is at work, and does not wait for a client. */
  get areAtWork(): boolean {
    return [...this.#seats.values()].some(({ isBusy, giveUp }) => isBusy && giveUp === undefined);
  }

  /** Ends all processes. */
  async stop(): Promise<void> {
    await Promise.all([this.#warm.stop(), ...[...this.#seats.keys()].map((sessionId) => this.leave(sessionId))]);
  }

  get #free(): number {
    return this.#options.maxLive - this.#seats.size - this.#ending.size - this.#warm.count;
  }

  /** Those that wait for a place come first. */
  #vacated(): void {
    this.#seatNext();
    this.#warm.fill();
  }

  #seatNext(): void {
    const next = this.#waiting[0];
    if (next === undefined) return;
    const warm = this.#warm.claim(next.options);
    if (warm !== undefined || this.#free > 0) {
      this.#waiting.shift();
      this.#seats.set(next.sessionId, { isBusy: true, warm });
      next.seated.resolve(warm);
      this.#seatNext();
      return;
    }
    // Enough are ending for those that wait.
    if (this.#ending.size + this.#warm.endingCount + this.#givingUp.size >= this.#waiting.length) return;
    if (this.#warm.giveUpOne()) return;
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

  async #end(sessionId: string, { process, warm }: Seat): Promise<void> {
    // Not at once: the session is entered among those that end first.
    await Promise.resolve();
    try {
      await (process ?? warm)?.stop();
    } catch (error) {
      this.#options.log.error("a session's process could not be ended", { session_id: sessionId, error });
    }
    this.#ending.delete(sessionId);
    this.#vacated();
  }

  #forget(waiting: Waiting): void {
    const index = this.#waiting.indexOf(waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
