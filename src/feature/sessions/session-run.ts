import { HarnessError, toHarnessError } from '../../core/errors.ts';
import { beginTurn, nextTurn } from './begin-turn.ts';
import { endTurn, failTurn } from './end-turn.ts';
import { expireQuestions } from './expire-questions.ts';
import { contentWithFiles } from './named-files.ts';
import { openProcess } from './open-process.ts';
import type { RunContext } from './run-context.ts';
import { RunState } from './run-state.ts';
import { shutDownDuringTurn } from './session-error.ts';
import type { Turn } from './turn.ts';
import { takeUrgentEvents } from './urgent-events.ts';

/** One session in this service: what clients send to it takes effect, one turn after the other. */
export class SessionRun {
  readonly #state: RunState;
  readonly #onRest: () => void;
  #hasNews = false;
  #isWorking = false;
  #wakes = 0;

  /** `onRest` is called when nothing of it is left that would have to be remembered. */
  constructor(sessionId: string, context: RunContext, onRest: () => void) {
    this.#onRest = onRest;
    this.#state = new RunState(sessionId, context, () => {
      this.#checkRest();
    });
  }

  /** Something may have been sent. Settles when what acts at once has taken effect, or could not yet. */
  async wake(): Promise<void> {
    this.#hasNews = true;
    this.#wakes += 1;
    try {
      await this.#state.serial.run(() => this.#takeUrgent());
    } catch (error) {
      this.#logFailure(error);
    }
    this.#wakes -= 1;
    if (!this.#isWorking) void this.#work();
  }

  /** Ends the turn and the process, and keeps nothing: the session is deleted. Settles when the process is gone. */
  async discard(): Promise<void> {
    this.#state.close();
    await this.#state.endProcess();
  }

  /** Ends the turn so that its session says so. Settles when the process is gone. */
  async stop(): Promise<void> {
    const state = this.#state;
    await state.serial.run(async () => {
      try {
        const isWaiting = state.live !== undefined && state.live.waitingFor.length > 0 && !state.live.calls.isBusy;
        // What it has asked can be answered after the restart.
        if (state.turn !== undefined && !isWaiting) await failTurn(state, state.turn, shutDownDuringTurn());
      } catch (error) {
        this.#logFailure(error);
      }
      state.close();
    });
    await state.endProcess();
    try {
      await this.#release();
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /** Another service may go on with the session, now that no process of this one is at work in it. */
  async #release(): Promise<void> {
    const state = this.#state;
    await state.context.processes.untilEnded(state.sessionId);
    await state.serial.run(() => state.release());
  }

  async #takeUrgent(): Promise<void> {
    const state = this.#state;
    if (state.closed.aborted) return;
    const session = await state.context.sessions.find(state.sessionId);
    // The service that ran it may be gone.
    if (session?.status === 'running' && state.turn === undefined) await state.claim();
    await takeUrgentEvents(state);
    await expireQuestions(state);
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#hasNews) {
      this.#hasNews = false;
      try {
        while (await this.#runTurn());
        await this.#release();
      } catch (error) {
        this.#logFailure(error);
      }
    }
    this.#isWorking = false;
    this.#checkRest();
  }

  /** Whether there was one. */
  async #runTurn(): Promise<boolean> {
    const state = this.#state;
    const { processes } = state.context;
    const first = await state.serial.run(() => nextTurn(state));
    if (first === undefined) return false;
    const warm = await processes.take(state.sessionId, first.options, state.closed);
    try {
      // Asked again: the wait for a process may have been long.
      const begun = await state.serial.run(async () => {
        const next = await nextTurn(state);
        return next === undefined ? undefined : beginTurn(state, next, warm);
      });
      if (begun === undefined) return false;
      void this.#start(begun.turn, begun.content);
      await begun.turn.over;
      return true;
    } finally {
      processes.rest(state.sessionId);
    }
  }

  async #start(turn: Turn, content: Parameters<NonNullable<RunState['live']>['process']['send']>[0]): Promise<void> {
    const state = this.#state;
    try {
      const { fileContents } = state.context;
      const said = await contentWithFiles(fileContents, turn.session.owner, content);
      const live = await openProcess(state, turn);
      if (live === undefined) return;
      if (turn.wasInterrupted) {
        const ending = { reason: 'interrupted' } as const;
        await state.serial.run(() => endTurn(state, live, { type: 'turn_ended', ending }));
      } else await live.process.send(said);
    } catch (error) {
      await state.serial.run(() => failTurn(state, turn, toHarnessError(error)));
    }
  }

  #checkRest(): void {
    const { turn, live, heldBackAt } = this.#state;
    const isRemembered = turn !== undefined || live !== undefined || heldBackAt !== undefined;
    if (!isRemembered && !this.#isWorking && this.#wakes === 0) this.#onRest();
  }

  #logFailure(error: unknown): void {
    // The state file logs its own failures, once each; what waits is tried again.
    const level = error instanceof HarnessError ? 'debug' : 'error';
    this.#state.context.log[level]('a session could not go on', { session_id: this.#state.sessionId, error });
  }
}
