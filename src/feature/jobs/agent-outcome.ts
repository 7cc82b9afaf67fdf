import type { JobOutcome } from '../../core/jobs.ts';
import type { PreviewEvent, SessionError, SessionEvent } from '../../core/session-event.ts';

export interface AgentEnding {
  status: 'completed' | 'failed';
  outcome: JobOutcome;
}

/**
 * Reads how the turn of a job ends out of its session's events, in their order from the first on; an event that comes
 * twice counts once. While the agent waits for an answer, the turn has not ended.
 */
export class AgentOutcome {
  readonly #seen = new Set<string>();
  readonly #sessionId: string;
  #wasAsked = false;
  #text: string | undefined;
  #error: SessionError | undefined;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  /** Whether the agent was asked what the job is about. */
  get wasAsked(): boolean {
    return this.#wasAsked;
  }

  push(event: SessionEvent | PreviewEvent): AgentEnding | undefined {
    if (!('id' in event) || this.#seen.has(event.id)) return undefined;
    // What waits comes again when it has taken effect.
    if (event.processed_at !== null) this.#seen.add(event.id);
    if (event.type === 'user.message') this.#wasAsked = true;
    else if (event.type === 'agent.message') this.#hear(event);
    else if (event.type === 'session.error') this.#error = event.error;
    else if (event.type === 'session.status_idle') return this.#atRest(event.stop_reason.type);
    else if (event.type === 'session.status_terminated' || event.type === 'session.deleted') {
      return this.#failed('session_ended', 'The session has ended before the agent was done.');
    }
    return undefined;
  }

  /** What its subagents say is not said to the client. */
  #hear({ content, parent_tool_use_id: within }: Extract<SessionEvent, { type: 'agent.message' }>): void {
    if (within === undefined) this.#text = content.map(({ text }) => text).join('');
  }

  #atRest(reason: string): AgentEnding | undefined {
    if (!this.#wasAsked || reason === 'requires_action') return undefined;
    if (reason === 'end_turn') return { status: 'completed', outcome: this.#said() };
    if (reason === 'budget_reached') return this.#failed(reason, 'The session costs as much as it may.');
    if (reason === 'refusal') return this.#failed(reason, 'The model has refused to answer.');
    return this.#failed('turn_failed', 'The turn has failed.');
  }

  #failed(code: string, problem: string): AgentEnding {
    const error = this.#error;
    const advice = `Look at the events of the session ${this.#sessionId}: what its tools have done stays done. Send it a message to go on, or begin another job.`;
    const message = `${error?.message ?? problem} ${advice}`;
    return {
      status: 'failed',
      outcome: { ...this.#said(), error: { code: (error?.code ?? code).toLowerCase(), message } },
    };
  }

  #said(): JobOutcome {
    return this.#text === undefined ? {} : { text: this.#text };
  }
}
