import type { AgentProcess } from '../../core/agent-engine.ts';
import { timerDelay } from '../../util/timer-delay.ts';
import type { NewEvent } from './session-change.ts';
import type { LiveCalls } from './live-calls.ts';
import type { EventTranslator } from './translate-events.ts';

/** A session's process, and what is known of what goes on in it. */
export class LiveProcess {
  readonly process: AgentProcess;
  /** What it was opened with: another turn may use it if that has not changed. */
  readonly setup: string;
  readonly calls: LiveCalls;
  readonly translator: EventTranslator;
  /** The ids of the events that its turn waits for, as the session has said last. */
  waitingFor: readonly string[] = [];
  readonly #questionTimers = new Map<string, NodeJS.Timeout>();

  constructor(options: { process: AgentProcess; setup: string; calls: LiveCalls; translator: EventTranslator }) {
    this.process = options.process;
    this.setup = options.setup;
    this.calls = options.calls;
    this.translator = options.translator;
  }

  /** What is now to be said about what the turn waits for: nothing, that it waits, or that it waits no longer. */
  waitChange(): 'none' | 'waits' | 'resumes' {
    const open = this.calls.open.map(({ eventId }) => eventId);
    const isSaid = open.length === this.waitingFor.length && open.every((id) => this.waitingFor.includes(id));
    if (isSaid) return 'none';
    if (open.length === 0) return 'resumes';
    return this.waitingFor.length === 0 && this.calls.isBusy ? 'none' : 'waits';
  }

  /** Calls `expire` unless the question is settled before. */
  startQuestionTimer(callId: string, afterMs: number, expire: () => void): void {
    this.settleQuestion(callId);
    const timer = setTimeout(expire, timerDelay(afterMs));
    timer.unref();
    this.#questionTimers.set(callId, timer);
  }

  settleQuestion(callId: string): void {
    clearTimeout(this.#questionTimers.get(callId));
    this.#questionTimers.delete(callId);
  }

  /** The turn is over: nothing of it is waited for. Gives the events that close what it has left open. */
  endTurn(): readonly NewEvent[] {
    for (const callId of [...this.#questionTimers.keys()]) this.settleQuestion(callId);
    this.calls.clear();
    this.waitingFor = [];
    return this.translator.end();
  }
}
